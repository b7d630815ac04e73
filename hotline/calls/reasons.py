"""Why a call became what it did: how far it came, who was rung without accepting, why it ended."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hotline.calls import queueing, steps, without_database
from hotline.calls.models import Call, CallEvent, Outcome, State
from hotline.telephony.events import Kind

RUNG = (Kind.RINGING, Kind.LEG_ANSWERED, Kind.LEG_ENDED, Kind.DIALLED)
LEFT_AT = {
    State.OFFERED: _("in the greeting"),
    State.IN_MENU: _("in the menu"),
    State.QUEUED: _("in the queue"),
    State.RINGING: _("while a counsellor was rung"),
    State.ANSWERED: _("in the conversation"),
}
GAVE_UP_BECAUSE = {
    queueing.FULL: _("The queue was full."),
    queueing.NOBODY: _("Nobody was on duty."),
    steps.WAITED_ENOUGH: _("The longest wait was over."),
    steps.NOBODY_ACCEPTED: _("Nobody who was rung accepted."),
    without_database.NO_DATABASE: _("Our database was away."),
    steps.SENT_ASIDE: _("A supervisor had sent this caller to a message."),
}
CAUSES = {
    "completed": _("ended in the ordinary way"),
    "canceled": _("hung up before an answer"),
    "busy": _("engaged"),
    "failed": _("technical fault"),
    "no-answer": _("not answered"),
    "hung_up": _("hung up in the queue"),
    steps.SENT_ASIDE: _("ended by a message of ours"),
}


@dataclass(frozen=True)
class Reason:
    """What is shown beside the outcome. `end_cause` is the provider's word where we have none for it."""

    left_at: str | Promise
    gave_up_because: str | Promise
    rung_without_accepting: tuple[str, ...]
    end_cause: str | Promise


def reason_of(call: Call) -> Reason:
    """Give the reason behind a call's outcome, in one query."""
    events = list(call.events.select_related("duty__user").order_by("at", "received_at"))
    return Reason(
        left_at=LEFT_AT[State(call.last_step)],
        gave_up_because=_gave_up_because(call, events),
        rung_without_accepting=_rung_without_accepting(call, events),
        end_cause=CAUSES.get(call.end_cause or "", call.end_cause or ""),
    )


def _gave_up_because(call: Call, events: list[CallEvent]) -> str | Promise:
    if call.outcome == Outcome.ANSWERED:
        return ""
    causes = [event.cause for event in events if event.kind == Kind.GAVE_UP]
    return next((GAVE_UP_BECAUSE[cause] for cause in causes if cause in GAVE_UP_BECAUSE), "")


def _rung_without_accepting(call: Call, events: list[CallEvent]) -> tuple[str, ...]:
    """Name whose telephone rang, whatever the network lost of it, without whoever took the call."""
    rung = {
        event.duty.user.username: None
        for event in events
        if event.kind in RUNG and event.duty and event.duty.user_id != call.accepted_by_id
    }
    return tuple(rung)
