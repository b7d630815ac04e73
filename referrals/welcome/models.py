"""A welcome: a function without a recipient was written to, and what became of that."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.record.references import new_reference


def welcome_reference() -> str:
    """Draw a welcome's reference."""
    return new_reference("W")


class WelcomeQuerySet(models.QuerySet["Welcome"]):
    """Welcomes, narrowed in the ways the services ask for."""

    def waiting(self) -> "WelcomeQuerySet":
        """Give those that nobody has taken up and that are still needed."""
        return self.filter(redeemed_at=None, ended_at=None)


class Welcome(models.Model):
    """One invitation of a contact point; its link is signed and never stored, its code is stored hashed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, default=welcome_reference, editable=False)
    contact_point = models.ForeignKey("referrals.ContactPoint", models.PROTECT, related_name="welcomes")
    began_at = models.DateTimeField()
    call_after = models.DateField()
    expires_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    code_hash = models.BinaryField(null=True, editable=False)
    code_until = models.DateTimeField(null=True, blank=True)
    code_read_out_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    redeemed_at = models.DateTimeField(null=True, blank=True)
    redeemed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = WelcomeQuerySet.as_manager()

    class Meta:
        app_label = "referrals"
        ordering = ("began_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("contact_point",),
                condition=Q(redeemed_at=None, ended_at=None),
                name="referrals_welcome_one_waiting",
            ),
            models.CheckConstraint(
                condition=Q(code_hash=None) | Q(code_until__isnull=False, code_read_out_by__isnull=False),
                name="referrals_welcome_code_has_a_reader",
            ),
            models.CheckConstraint(
                condition=Q(redeemed_at=None, redeemed_by=None)
                | Q(redeemed_at__isnull=False, redeemed_by__isnull=False, code_read_out_by__isnull=False),
                name="referrals_welcome_redeemed_after_a_call",
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def is_usable(self) -> bool:
        """Say whether its link still opens a page."""
        return self.redeemed_at is None and self.ended_at is None and self.expires_at > timezone.now()

    @property
    def has_live_code(self) -> bool:
        """Say whether a code has been read out that can still be typed in."""
        return self.code_hash is not None and self.code_until is not None and self.code_until > timezone.now()
