"""Who wants to be called back, and how often that was tried."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hotline.calls.models.call import Call
from hotline.lines.models import Line

GIVEN_UP = ["no_answer", "wrong_person", "wrong_number", "not_wanted"]


class CallBack(models.Model):
    """A caller who wants to be called: the only caller's number ever stored, sealed under its own key."""

    class State(models.TextChoices):
        KEYED = "keyed", _("Number keyed in, not confirmed")
        REQUESTED = "requested", _("Asked for")
        CLAIMED = "claimed", _("Claimed")
        ATTEMPTED = "attempted", _("Tried")
        REACHED = "reached", _("Reached")
        GIVEN_UP = "given_up", _("Given up")
        EXPIRED = "expired", _("Expired")

    class Slot(models.TextChoices):
        ANY = "any", _("Any time")
        MORNING = "morning", _("Morning")
        AFTERNOON = "afternoon", _("Afternoon")

    class GivenUp(models.TextChoices):
        NO_ANSWER = "no_answer", _("Nobody answers")
        WRONG_PERSON = "wrong_person", _("Somebody else answers")
        WRONG_NUMBER = "wrong_number", _("The number does not work")
        NOT_WANTED = "not_wanted", _("The caller no longer wants it")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=12, unique=True)
    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="call_back")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.REQUESTED)
    number_sealed = models.BinaryField(null=True, editable=False)
    key = models.UUIDField(_("data key"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    language = models.CharField(
        _("language"), max_length=2, choices=Line.Language, default=Line.Language.SWEDISH
    )
    slot = models.CharField(_("time of day"), max_length=12, choices=Slot, default=Slot.ANY)
    line_number_may_show = models.BooleanField(_("the line's number may be seen"), default=False)
    requested_at = models.DateTimeField(_("asked for"))
    expires_at = models.DateTimeField(_("expires"))
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="claimed_call_backs"
    )
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    given_up_because = models.CharField(
        _("given up because"), max_length=12, choices=GivenUp, blank=True, default=""
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["expires_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["keyed", "requested", "claimed", "attempted", "reached", "given_up", "expired"]
                ),
                name="call_back_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["reached", "given_up", "expired"], number_sealed__isnull=True)
                | Q(state__in=["keyed", "requested", "claimed", "attempted"]),
                name="call_back_number_gone_once_over",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("requested_at")), name="call_back_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(given_up_because="") | Q(state="given_up", given_up_because__in=GIVEN_UP),
                name="call_back_given_up_says_why",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "expires_at"], name="call_back_due")]

    def __str__(self) -> str:
        return self.reference


class CallBackAttempt(models.Model):
    """One try to reach a caller who asked for it: who, when, how, and what came of it."""

    class Result(models.TextChoices):
        RINGING = "ringing", _("Being connected")
        REACHED = "reached", _("Reached")
        NO_ANSWER = "no_answer", _("No answer")
        OTHER_PERSON = "other_person", _("Somebody else answered")
        FAILED = "failed", _("Could not be connected")

    class Way(models.TextChoices):
        BRIDGED = "bridged", _("Connected from the line's number")
        SHOWN = "shown", _("Dialled by hand")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call_back = models.ForeignKey(CallBack, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField(_("number"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="call_back_attempts"
    )
    way = models.CharField(_("way"), max_length=8, choices=Way, default=Way.BRIDGED)
    begun_at = models.DateTimeField(_("begun"))
    result = models.CharField(_("result"), max_length=12, choices=Result, default=Result.RINGING)
    # Each is set once, before the provider is asked: an attempt rings nobody twice.
    rung_at = models.DateTimeField(_("counsellor rung"), null=True)
    put_through_at = models.DateTimeField(_("put through"), null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["begun_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call_back", "number"], name="call_back_attempt_once"),
            models.UniqueConstraint(
                fields=["call_back"], condition=Q(result="ringing"), name="call_back_one_attempt_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(result__in=["ringing", "reached", "no_answer", "other_person", "failed"]),
                name="call_back_attempt_result_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
