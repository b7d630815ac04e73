"""What a function and the counsellor say to each other about a referral: sealed questions, and where it should go."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from referrals.directory.models import ContactKind
from referrals.referral.models import Referral
from referrals.referral.states import Party


class Question(models.Model):
    """One sealed question with its sealed answer, under the referral's own key.

    It belongs to the contact point it was asked by or of: whoever the referral goes to next never sees it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="questions")
    contact_point = models.ForeignKey("referrals.ContactPoint", models.PROTECT, related_name="+")
    key = models.UUIDField(editable=False)
    asked_as = models.CharField(max_length=12, choices=Party)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    client_id = models.UUIDField()
    question = models.BinaryField(editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.BinaryField(null=True, editable=False)

    class Meta:
        app_label = "referrals"
        ordering = ("asked_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("asked_by", "client_id"), name="referrals_question_press_once"),
            models.CheckConstraint(
                condition=Q(asked_as__in=[Party.RECEIVER, Party.COUNSELLOR]),
                name="referrals_question_of_either_side",
            ),
            models.CheckConstraint(
                condition=Q(answer=None, answered_by=None, answered_at=None)
                | Q(answer__isnull=False, answered_by__isnull=False, answered_at__isnull=False),
                name="referrals_question_answered_wholly",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("asked_by")),
                name="referrals_question_answered_by_another",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class Suggestion(models.Model):
    """Where a function that declined says a referral should go instead."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="suggestions")
    contact_point = models.ForeignKey("referrals.ContactPoint", models.PROTECT, related_name="+")
    municipality = models.ForeignKey(
        "cases.Municipality", models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=20, choices=ContactKind, blank=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "referrals"
        ordering = ("-at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(municipality__isnull=False) | Q(kind__in=ContactKind.values),
                name="referrals_suggestion_says_something",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)
