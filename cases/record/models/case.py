"""A case: what connects the contacts about one concern, and the code its caller can state."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Left
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cases.coded.models import CodedValue, Kind, Municipality
from cases.record.references import case_reference


def holds_kind(field: str, kind: Kind) -> Exact:
    """Say in SQL that a foreign key to a coded value holds a value of this kind (or nothing)."""
    prefix = f"{kind.value}:"
    return Exact(Left(field, len(prefix)), models.Value(prefix))


class CaseState(models.TextChoices):
    """Where a case is in its life."""

    OPEN = "open", _("open")
    WAITING = "waiting", _("waiting")
    CLOSING_REQUESTED = "closing_requested", _("being closed")
    CLOSED = "closed", _("closed")
    REOPENED = "reopened", _("reopened")
    PURGE_DUE = "purge_due", _("due for retention")
    PURGED = "purged", _("purged")


class Case(models.Model):
    """One concern that is worked on over time; whoever opens it needs a live grant."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True, default=case_reference, editable=False)
    state = models.CharField(max_length=20, choices=CaseState, default=CaseState.OPEN)
    state_since = models.DateTimeField(default=timezone.now)
    wait_until = models.DateField(null=True, blank=True)
    outcome = models.ForeignKey(CodedValue, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    # Protected identity: fewer may open it, and its place is in no list, filter, count, letter or figure.
    protected = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_cases"
    )
    key = models.UUIDField(editable=False)
    version = models.PositiveIntegerField(default=1)

    history = HistoricalRecords()  # type: ignore[no-untyped-call]

    class Meta:
        """Newest first; a closed case has its outcome and its date."""

        app_label = "cases"
        ordering = ("-opened_at", "reference")
        indexes = (models.Index(fields=["state", "opened_at"], name="case_by_state"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=CaseState.values), name="case_state_is_known"
            ),
            models.CheckConstraint(
                condition=holds_kind("outcome", Kind.OUTCOME), name="case_outcome_is_an_outcome"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["closed", "purge_due", "purged"])
                | models.Q(outcome__isnull=False, closed_at__isnull=False),
                name="case_closed_has_outcome_and_date",
            ),
            models.CheckConstraint(
                condition=models.Q(wait_until__isnull=True) | models.Q(state="waiting"),
                name="case_waits_only_while_waiting",
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")), name="case_is_not_merged_into_itself"
            ),
        )

    def __str__(self) -> str:
        """Give the reference."""
        return self.reference


class CallerCode(models.Model):
    """A code the caller can state to be recognised: shown once, kept as a keyed hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="caller_codes")
    hash = models.BinaryField(max_length=32, unique=True, editable=False)
    issued_at = models.DateTimeField(default=timezone.now)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One code of a case is live at a time."""

        app_label = "cases"
        ordering = ("-issued_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(revoked_at__isnull=True),
                name="callercode_one_live_per_case",
            ),
        )

    def __str__(self) -> str:
        """Give the case's reference; the code itself is nowhere."""
        return f"{self.case_id}"


class CodeGuess(models.Model):
    """A stated code that opened nothing: counted, so that guessing ends soon."""

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
