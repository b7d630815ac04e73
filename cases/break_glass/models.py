"""An emergency opening: who opened which case, why (sealed), until when, and what the reviewer found; and knocks."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.record.models import Case, Grant


class Finding(models.TextChoices):
    """What the reviewer made of it."""

    JUSTIFIED = "justified", _("justified")
    UNJUSTIFIED = "unjustified", _("not justified")


class BreakGlass(models.Model):
    """One emergency opening; it waits for a supervisor until it has a finding."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="emergency_openings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, related_name="emergency_opening")
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    key = models.UUIDField(editable=False)
    reason = models.BinaryField(editable=False)
    reason_version = models.PositiveIntegerField(default=0)
    finding = models.CharField(max_length=12, choices=Finding, blank=True)
    remark = models.BinaryField(null=True, editable=False)
    remark_version = models.PositiveIntegerField(default=0)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        """Oldest first; reviewed by another person, with a finding."""

        app_label = "cases"
        ordering = ("at",)
        indexes = (models.Index(fields=["at"], condition=models.Q(finding=""), name="breakglass_waiting"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(finding="", reviewed_at__isnull=True, reviewed_by__isnull=True)
                | models.Q(finding__in=Finding.values, reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="breakglass_reviewed_has_its_finding",
            ),
            models.CheckConstraint(
                condition=~models.Q(user=models.F("reviewed_by")), name="breakglass_is_reviewed_by_another"
            ),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("at")), name="breakglass_lasts_a_while"
            ),
        )

    def __str__(self) -> str:
        """Give the row's id."""
        return f"{self.pk}"


class Knock(models.Model):
    """A typed reference that opened nothing: counted, so that trying ends soon; what was typed is not kept."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        """Oldest first."""

        app_label = "cases"
        ordering = ("id",)

    def __str__(self) -> str:
        """Give the row's number."""
        return f"{self.pk}"
