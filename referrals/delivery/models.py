"""A letter to a function: that it was to be sent, whether it was, and what a person did where it was not."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LetterKind(models.TextChoices):
    """Why a letter is written."""

    NEW = "new", _("New referral")
    REMINDER = "reminder", _("Reminder")
    ENDED = "ended", _("Referral ended")
    WELCOME = "welcome", _("Invitation to the portal")
    QUESTION = "question", _("Question or answer about a referral")
    CONFIRM = "confirm", _("Contact details to confirm")


class Fault(models.TextChoices):
    """Why a letter did not arrive."""

    UNREACHABLE = "unreachable", _("The mail server did not take it, however often we tried")
    REFUSED = "refused", _("The address was refused")
    BOUNCED = "bounced", _("It came back")


class Settlement(models.TextChoices):
    """What a person did about a letter that did not arrive."""

    RESENT = "resent", _("Sent again")
    PHONED = "phoned", _("Told by phone instead")
    CORRECTED = "corrected", _("Address corrected and sent again")


class LetterQuerySet(models.QuerySet["Letter"]):
    """Letters, narrowed in the ways the pages ask for."""

    def undelivered(self) -> "LetterQuerySet":
        """Give those that did not arrive and that nobody has done anything about."""
        return self.exclude(fault="").filter(settled_at=None)


class Letter(models.Model):
    """One letter; the row, not the queue, says whether it left, so a repeated job sends nothing twice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=LetterKind)
    contact_point = models.ForeignKey("referrals.ContactPoint", models.PROTECT, related_name="letters")
    reference = models.CharField(max_length=12)
    written_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=12, choices=Fault, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    settlement = models.CharField(max_length=12, choices=Settlement, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LetterQuerySet.as_manager()

    class Meta:
        app_label = "referrals"
        indexes = (
            models.Index(
                fields=("failed_at",),
                condition=~Q(fault="") & Q(settled_at=None),
                name="referrals_letter_undelivered",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(fault="", failed_at=None) | Q(fault__in=Fault.values, failed_at__isnull=False),
                name="referrals_letter_fault_known",
            ),
            models.CheckConstraint(
                condition=Q(settlement="", settled_at=None, settled_by=None)
                | Q(
                    settlement__in=Settlement.values,
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                    failed_at__isnull=False,
                ),
                name="referrals_letter_settled_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=LetterKind.values), name="referrals_letter_kind_known"
            ),
        )

    def __str__(self) -> str:
        return self.reference
