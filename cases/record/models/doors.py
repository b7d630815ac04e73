"""What opens a case, what keeps it and what warns of it: grants, holds and flags."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.record.models.case import Case


class Basis(models.TextChoices):
    """Why a user may open a case; a recorded fact of every look."""

    OWNER = "owner", _("owner")
    CO_WORKER = "co_worker", _("co-worker")
    CALLER_CODE = "caller_code", _("the caller stated the code")
    HAND_OVER = "hand_over", _("hand-over")
    SECOND_REVIEW = "second_review", _("second look")
    SAMPLE = "sample", _("access review")
    BREAK_GLASS = "break_glass", _("emergency opening")


LASTING_BASES = (Basis.OWNER, Basis.CO_WORKER)


class Grant(models.Model):
    """A user may open a case, on a basis, until a time; nothing else opens one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="grants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="case_grants")
    basis = models.CharField(max_length=16, choices=Basis)
    given_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One owner at a time; only owners and co-workers stay without an end."""

        app_label = "cases"
        ordering = ("given_at",)
        indexes = (models.Index(fields=["user", "case"], name="grant_by_user"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(basis__in=Basis.values), name="grant_basis_is_known"),
            models.CheckConstraint(
                condition=models.Q(basis__in=LASTING_BASES) | models.Q(until__isnull=False),
                name="grant_of_a_guest_ends",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(basis="owner", until__isnull=True),
                name="grant_one_owner_per_case",
            ),
            models.UniqueConstraint(
                fields=["case", "user", "basis"],
                condition=models.Q(until__isnull=True),
                name="grant_lasting_once_per_user",
            ),
        )

    def __str__(self) -> str:
        """Give the basis."""
        return self.basis


class HoldReason(models.TextChoices):
    """What keeps a case from being closed and purged."""

    REFERRAL = "referral", _("a live referral")
    DISCLOSURE = "disclosure", _("a disclosure being decided")
    LEGAL = "legal", _("a legal hold")


class Hold(models.Model):
    """A case may not close or be purged while this lasts; set and lifted by whoever holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=16, choices=HoldReason)
    reference = models.CharField(max_length=32)
    set_at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Whatever holds, holds once."""

        app_label = "cases"
        ordering = ("set_at",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(reason__in=HoldReason.values), name="hold_reason_is_known"
            ),
            models.UniqueConstraint(
                fields=["case", "reason", "reference"],
                condition=models.Q(lifted_at__isnull=True),
                name="hold_once_while_live",
            ),
        )

    def __str__(self) -> str:
        """Give the reference of what holds."""
        return self.reference


class FlagKind(models.TextChoices):
    """What everyone who opens a case must know first."""

    DO_NOT_CALL = "do_not_call", _("do not call back")
    NO_MESSAGE = "no_message", _("leave no message")
    THREATS = "threats", _("threats against those who answer")
    IN_SECRET = "in_secret", _("the caller calls in secret")


class Flag(models.Model):
    """A warning on a case, until a day (Swedish days) or until lifted; whoever needs it longer sets it again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="flags")
    kind = models.CharField(max_length=24, choices=FlagKind)
    set_at = models.DateTimeField(default=timezone.now)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    until = models.DateField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        """Each warning once while it is up."""

        app_label = "cases"
        ordering = ("set_at",)
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=FlagKind.values), name="flag_kind_is_known"),
            models.UniqueConstraint(
                fields=["case", "kind"], condition=models.Q(lifted_at__isnull=True), name="flag_once_while_up"
            ),
        )

    def __str__(self) -> str:
        """Give the kind."""
        return self.kind
