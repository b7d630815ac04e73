"""How we know that no call is missing: comparisons, the gaps they found, checks of a line, counts of the intake."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hotline.calls.models.call import Call
from hotline.lines.models import Line


class Reconciliation(models.Model):
    """One comparison of a day's calls with what the provider has on record."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provider = models.CharField(_("provider"), max_length=16)
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("to"))
    at = models.DateTimeField(_("compared"))
    listed = models.PositiveIntegerField(_("calls on the provider's record"), default=0)
    repaired = models.PositiveIntegerField(_("repaired"), default=0)
    deleted = models.PositiveIntegerField(_("records deleted at the provider"), default=0)
    is_whole = models.BooleanField(_("agrees now"), default=False)

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["-at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="reconciliation_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.since:%Y-%m-%d}"


class Gap(models.Model):
    """One difference a reconciliation found, and whether it could be repaired."""

    class Kind(models.TextChoices):
        MISSING = "missing", _("The provider knows a call we had no record of")
        OPEN = "open", _("The provider knows the end of a call that we thought was under way")
        EXTRA = "extra", _("We have a call that the provider does not know")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    found_in = models.ForeignKey(Reconciliation, on_delete=models.CASCADE, related_name="gaps")
    kind = models.CharField(_("difference"), max_length=8, choices=Kind)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="gaps")
    is_repaired = models.BooleanField(_("repaired"), default=False)

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["kind"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["missing", "open", "extra"]), name="gap_kind_known"),
            models.UniqueConstraint(fields=["found_in", "call"], name="gap_once_a_reconciliation"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class LineCheck(models.Model):
    """One proof that a line works: the provider points at us, the counts agree, the test call came in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="checks")
    at = models.DateTimeField(_("checked"))
    points_at_us = models.BooleanField(_("the provider calls us"), null=True)
    counts_agree = models.BooleanField(_("as many calls as the provider counted"), null=True)
    test_call_at = models.DateTimeField(_("last test call that came in"), null=True)
    is_proven = models.BooleanField(_("the line is proven to work"), default=False)

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["-at"]
        indexes: ClassVar = [models.Index(fields=["line", "-at"], name="line_check_newest")]

    def __str__(self) -> str:
        return f"{self.line_id} {self.at:%Y-%m-%d %H:%M}"


class IntakeCount(models.Model):
    """How many deliveries a day changed nothing, by why: duplicates, unknown kinds, recordings."""

    class Kind(models.TextChoices):
        DUPLICATE = "duplicate", _("Duplicates")
        UNKNOWN = "unknown", _("Unknown kinds")
        RECORDING = "recording", _("Recordings")
        LOST = "lost", _("Could not be kept")

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    kind = models.CharField(max_length=12, choices=Kind)
    n = models.PositiveBigIntegerField(default=0)

    class Meta:
        app_label = "hotline"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "kind"], name="intake_count_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"
