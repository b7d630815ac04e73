"""A letter to a function: that it was to be sent, and whether it was."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LetterKind(models.TextChoices):
    """Why a letter is written."""

    NEW = "new", _("New referral")
    REMINDER = "reminder", _("Reminder")
    ENDED = "ended", _("Referral ended")


class Letter(models.Model):
    """One letter; the row, not the queue, says whether it left, so a repeated job sends nothing twice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=LetterKind)
    contact_point = models.ForeignKey("referrals.ContactPoint", models.PROTECT, related_name="letters")
    reference = models.CharField(max_length=12)
    written_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "referrals"
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=LetterKind.values), name="referrals_letter_kind_known"
            ),
        )

    def __str__(self) -> str:
        return self.reference
