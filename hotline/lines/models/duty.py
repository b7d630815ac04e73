"""Who answers: telephones, duty, the plan of shifts; and that the board has changed."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from hotline.lines.models.line import Line, swedish


class DutyEndpoint(models.Model):
    """The telephone on which a counsellor is rung; its number is sealed under a key of its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="duty_endpoints"
    )
    phone_sealed = models.BinaryField(_("telephone, sealed"))
    key = models.UUIDField(_("data key"), editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(retired_at__isnull=True),
                name="endpoint_one_in_use_per_user",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Duty(models.Model):
    """A counsellor answering a line from `since` until `until`; a call claims the longest idle one."""

    class State(models.TextChoices):
        FREE = "free", _("Free")
        RINGING = "ringing", _("Being rung")
        BUSY = "busy", _("In a call")
        PAUSED = "paused", _("On a break")

    class Ended(models.TextChoices):
        BY_HAND = "by_hand", _("Went off duty")
        UNANSWERED = "unanswered", _("Three rings without an answer")
        REPLACED = "replaced", _("Went on duty elsewhere")
        CLOSED = "closed", _("The line closed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="duties")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="duties")
    endpoint = models.ForeignKey(
        DutyEndpoint, on_delete=models.PROTECT, related_name="duties", null=True, blank=True
    )
    languages = ArrayField(
        models.CharField(max_length=2, choices=Line.Language), verbose_name=_("languages"), default=swedish
    )
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    ended_because = models.CharField(max_length=12, choices=Ended, blank=True, default="")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.FREE)
    state_since = models.DateTimeField(_("in this state since"))
    claimed_for = models.BinaryField(_("claimed for the call"), max_length=32, null=True, editable=False)
    claimed_round = models.PositiveSmallIntegerField(null=True, editable=False)
    unanswered = models.PositiveSmallIntegerField(_("rings without an answer in a row"), default=0)

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["since"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=["free", "ringing", "busy", "paused"]), name="duty_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["free", "paused"], claimed_for__isnull=True, claimed_round__isnull=True
                )
                | models.Q(
                    state__in=["ringing", "busy"], claimed_for__isnull=False, claimed_round__isnull=False
                ),
                name="duty_claimed_iff_not_free",
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(state="free"),
                name="duty_ended_is_unclaimed",
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="duty_forward",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(until__isnull=True), name="duty_one_per_user"
            ),
            models.UniqueConstraint(
                fields=["claimed_for"],
                condition=models.Q(state="busy"),
                name="duty_one_in_a_call",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["line", "state_since"], condition=models.Q(until__isnull=True), name="duty_on_line"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def spoken(self) -> list[str]:
        """Name the languages in which this counsellor is rung."""
        names = dict(Line.Language.choices)
        return [str(names[each]) for each in self.languages]


class BoardPending(models.Model):
    """One row per change that the live desk should show; the notifier numbers them after commit."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return str(self.id)


class Shift(models.Model):
    """That somebody is planned to answer a line; going on duty remains their own act."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="shifts")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="shifts")
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["starts_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at"))
                & models.Q(ends_at__lte=models.F("starts_at") + timedelta(hours=14)),
                name="shift_within_fourteen_hours",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["starts_at"], condition=models.Q(cancelled_at__isnull=True), name="shift_planned"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
