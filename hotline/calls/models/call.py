"""A call: facts merged from its events, and nothing that says who called."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from hotline.lines.models import Duty, Line


class State(models.TextChoices):
    """How far a call has come; only ever forward, whatever order its events arrive in."""

    OFFERED = "offered", _("Greeted")
    IN_MENU = "in_menu", _("In the menu")
    QUEUED = "queued", _("In the queue")
    RINGING = "ringing", _("Ringing")
    ANSWERED = "answered", _("Answered")
    ENDED = "ended", _("Ended")


class Outcome(models.TextChoices):
    """What became of an ended call: the first of these that is true."""

    ANSWERED = "answered", _("Answered")
    CALLBACK_REQUESTED = "callback_requested", _("Call-back asked for")
    OUTSIDE_HOURS = "outside_hours", _("Outside opening hours")
    FAILED = "failed", _("Failed")
    NO_ANSWER = "no_answer", _("Nobody answered")
    ABANDONED = "abandoned", _("Caller hung up")


STATE = Case(
    When(ended_at__isnull=False, then=Value(State.ENDED.value)),
    When(accepted_at__isnull=False, then=Value(State.ANSWERED.value)),
    When(ringing_at__isnull=False, then=Value(State.RINGING.value)),
    When(queued_at__isnull=False, then=Value(State.QUEUED.value)),
    When(in_menu_at__isnull=False, then=Value(State.IN_MENU.value)),
    default=Value(State.OFFERED.value),
)


LAST_STEP = Case(
    When(accepted_at__isnull=False, then=Value(State.ANSWERED.value)),
    When(ringing_at__isnull=False, then=Value(State.RINGING.value)),
    When(queued_at__isnull=False, then=Value(State.QUEUED.value)),
    When(in_menu_at__isnull=False, then=Value(State.IN_MENU.value)),
    default=Value(State.OFFERED.value),
)


OUTCOME = Case(
    When(ended_at__isnull=True, then=Value(None)),
    When(accepted_at__isnull=False, then=Value(Outcome.ANSWERED.value)),
    When(callback_requested_at__isnull=False, then=Value(Outcome.CALLBACK_REQUESTED.value)),
    When(outside_hours=True, then=Value(Outcome.OUTSIDE_HOURS.value)),
    When(failed_at__isnull=False, then=Value(Outcome.FAILED.value)),
    When(gave_up_at__isnull=False, then=Value(Outcome.NO_ANSWER.value)),
    default=Value(Outcome.ABANDONED.value),
)


SHORT = Case(
    When(
        ended_at__isnull=False,
        accepted_at__isnull=True,
        callback_requested_at__isnull=True,
        duration_s__lt=5,
        then=Value(value=True),
    ),
    default=Value(value=False),
)


# The bare names of the moments, each merged by LEAST; no moment lies before the first trace of the call.
MOMENTS = (
    "in_menu_at",
    "queued_at",
    "ringing_at",
    "accepted_at",
    "callback_requested_at",
    "failed_at",
    "gave_up_at",
    "ended_at",
)


class CallerKind(models.TextChoices):
    """As whom the caller said to be calling."""

    PRIVATE = "private", _("Private person")
    PROFESSIONAL = "professional", _("At work")


class Settled(models.TextChoices):
    """How a missed call without a call-back left the list."""

    ANSWERED = "answered", _("The caller was answered later")
    LOST = "lost", _("Signed off as lost")


class Call(models.Model):
    """One inbound call. `state`, `outcome` and `last_step` are computed by the database from the merged facts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=12, unique=True)
    provider = models.CharField(_("provider"), max_length=16)
    call_key = models.BinaryField(max_length=32, unique=True, editable=False)
    line = models.ForeignKey(
        Line, on_delete=models.PROTECT, null=True, related_name="calls", verbose_name=_("line")
    )
    fingerprint = models.BinaryField(max_length=16, null=True, editable=False)
    fingerprint_period = models.UUIDField(null=True, editable=False)
    # Counted when the call came, with the key of the period before; NULL where nobody looked, and when that key goes.
    calls_before = models.PositiveIntegerField(null=True, editable=False)
    withheld = models.BooleanField(_("number withheld"), default=False)

    offered_at = models.DateTimeField(_("called"))
    in_menu_at = models.DateTimeField(null=True)
    queued_at = models.DateTimeField(null=True)
    ringing_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(_("answered"), null=True)
    callback_requested_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    gave_up_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="accepted_calls"
    )
    outside_hours = models.BooleanField(default=False)
    rings = models.PositiveSmallIntegerField(_("times a counsellor was rung"), default=0)
    wait_s = models.PositiveIntegerField(_("seconds in the queue"), null=True)
    talk_s = models.PositiveIntegerField(_("seconds of talk"), null=True)
    duration_s = models.PositiveIntegerField(_("seconds in all"), null=True)
    is_test = models.BooleanField(_("test call"), default=False)
    # What is not known is NULL, which the merge by LEAST never prefers to what is.
    language = models.CharField(_("language"), max_length=2, choices=Line.Language, null=True)  # noqa: DJ001
    caller_kind = models.CharField(_("caller"), max_length=12, choices=CallerKind, null=True)  # noqa: DJ001
    end_cause = models.CharField(_("why the call ended"), max_length=24, null=True)  # noqa: DJ001

    state = models.GeneratedField(
        expression=STATE,
        output_field=models.CharField(_("state"), max_length=20, choices=State),
        db_persist=True,
    )
    outcome = models.GeneratedField(
        expression=OUTCOME,
        output_field=models.CharField(_("outcome"), max_length=20, choices=Outcome, null=True),
        db_persist=True,
    )
    last_step = models.GeneratedField(
        expression=LAST_STEP,
        output_field=models.CharField(_("came as far as"), max_length=20, choices=State),
        db_persist=True,
    )
    is_short = models.GeneratedField(expression=SHORT, output_field=models.BooleanField(), db_persist=True)

    contact = models.ForeignKey(
        "cases.Contact", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("contact")
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="entered_calls"
    )
    matched = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="entered_as")
    settled_at = models.DateTimeField(null=True)
    settled_because = models.CharField(max_length=12, choices=Settled, blank=True, default="")

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["-offered_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="call_state_known"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome__isnull=True)
                | Q(ended_at__isnull=False, outcome__isnull=False, outcome__in=Outcome.values),
                name="call_one_outcome_once_ended",
            ),
            models.CheckConstraint(
                condition=Q(fingerprint__isnull=True, fingerprint_period__isnull=True)
                | Q(fingerprint__isnull=False, fingerprint_period__isnull=False),
                name="call_fingerprint_names_its_period",
            ),
            models.CheckConstraint(
                condition=Q(matched__isnull=True) | Q(entered_by__isnull=False),
                name="call_matched_was_entered_by_hand",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_because="")
                | Q(settled_at__isnull=False, settled_because__in=["answered", "lost"]),
                name="call_settled_says_why",
            ),
            models.CheckConstraint(
                condition=Q(caller_kind__isnull=True) | Q(caller_kind__in=["private", "professional"]),
                name="call_caller_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True) | Q(accepted_at__isnull=False),
                name="call_accepted_by_needs_acceptance",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{moment}__isnull": True}) | Q(**{f"{moment}__gte": F("offered_at")}),
                    name=f"call_{moment}_after_offered",
                )
                for moment in MOMENTS
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["offered_at"], name="call_offered_at"),
            models.Index(fields=["offered_at"], condition=Q(ended_at__isnull=True), name="call_under_way"),
            models.Index(
                fields=["fingerprint"], condition=Q(fingerprint__isnull=False), name="call_fingerprint"
            ),
            models.Index(
                fields=["offered_at"],
                condition=Q(
                    outcome__in=["failed", "no_answer", "abandoned"],
                    contact__isnull=True,
                    settled_at__isnull=True,
                ),
                name="call_missed_open",
            ),
            models.Index(
                fields=["offered_at"],
                condition=Q(outcome="answered", contact__isnull=True),
                name="call_not_logged",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def state_label(self) -> str:
        """Say how far the call has come; a generated column has no display method of its own."""
        return str(State(self.state).label)

    @property
    def outcome_label(self) -> str:
        """Say what became of the call; empty while it is under way."""
        return str(Outcome(self.outcome).label) if self.outcome else ""


class CallEvent(models.Model):
    """One thing the provider told us, minimised; its key makes a second delivery change nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event_key = models.BinaryField(max_length=32, unique=True, editable=False)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(_("kind"), max_length=24)
    at = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("received"))
    duty = models.ForeignKey(Duty, on_delete=models.SET_NULL, null=True, related_name="+")
    cause = models.CharField(_("cause"), max_length=24, blank=True, default="")

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["at", "received_at"]

    def __str__(self) -> str:
        return str(self.id)
