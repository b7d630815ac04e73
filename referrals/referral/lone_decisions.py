"""What one person let leave alone in acute danger, and what another person found when looking at it afterwards."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from referrals.referral.models import Referral


class Finding(models.TextChoices):
    """How the second person sees it: signed off, or what they object to; the words belong into the case."""

    JUSTIFIED = "justified", _("It was right to send it")
    NOT_ACUTE = "not_acute", _("There was time to ask another person")
    NO_GROUND = "no_ground", _("The ground does not hold")
    TOO_MUCH = "too_much", _("More left than was needed")
    WRONG_FUNCTION = "wrong_function", _("It went to the wrong function")


class LoneDecisionQuerySet(models.QuerySet["LoneDecision"]):
    """Decisions, narrowed in the ways the services and pages ask for."""

    def waiting(self) -> LoneDecisionQuerySet:
        """Give those that nobody has looked at yet."""
        return self.filter(finding="")


class LoneDecision(models.Model):
    """One disclosure that left on one person's word; it waits until another person has found something."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="lone_decisions")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    due_on = models.DateField()
    told_at = models.DateTimeField(null=True, blank=True)
    finding = models.CharField(max_length=16, choices=Finding, blank=True)
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    found_at = models.DateTimeField(null=True, blank=True)

    objects = LoneDecisionQuerySet.as_manager()

    class Meta:
        app_label = "referrals"
        ordering = ("decided_at", "id")
        indexes = (models.Index(fields=("due_on",), condition=Q(finding=""), name="referrals_lone_waiting"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(finding="", found_by=None, found_at=None)
                | Q(finding__in=Finding.values, found_by__isnull=False, found_at__isnull=False),
                name="referrals_lone_found_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(found_by=None) | ~Q(found_by=F("decided_by")),
                name="referrals_lone_found_by_another",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_objected(self) -> bool:
        """Say whether the second person found something wrong."""
        return self.finding not in {"", Finding.JUSTIFIED}
