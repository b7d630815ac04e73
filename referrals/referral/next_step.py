"""What comes next for a referral: who does what by when, or how it ended. No referral is without an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext_lazy as _

from referrals.referral.states import ENDED, NEXT, Outcome, Party, State

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Receiving(Protocol):
    """The function a referral is addressed to."""

    function: str


class Standing(Protocol):
    """What the answer is made of; a referral is one."""

    state: str
    next_actor: str
    due_on: date | None
    outcome: str

    @property
    def contact_point(self) -> Receiving:
        """The function addressed."""
        ...


class NobodyActs(RuntimeError):
    """A live referral names nobody or no day; the database should have refused it."""


@dataclass(frozen=True)
class NextStep:
    """Somebody acts: `function` is the receiving function's name, or our own function's in the reader's words."""

    who: Party
    function: str
    does: str
    by: date


@dataclass(frozen=True)
class Ended:
    """Nobody acts any more, and this came of it."""

    outcome: Outcome


DOES: dict[State, _StrPromise] = {
    State.DRAFT: _("finish it or take it back"),
    State.PROPOSED: _("send it or take it back"),
    State.SENT: _("open it"),
    State.OPENED: _("accept or decline it"),
    State.ACCEPTED: _("meet the caller and tell us"),
    State.CONTACT_MADE: _("report the outcome"),
    State.NOT_REACHED: _("try again, or report the outcome"),
    State.OUTCOME_REPORTED: _("ask the caller, or say why not, and close it"),
    State.CALLER_REPORTED: _("close it with the outcome"),
    State.VERIFIED: _("close it"),
    State.DECLINED: _("send it somewhere else, or close it"),
    State.REROUTED: _("ask the caller and propose it again"),
    State.EXPIRED: _("decide who takes it"),
    State.ESCALATED: _("open it"),
}
"""What the one who is named does in each live state."""
AT_THE_TOP = _("call the function, send it somewhere else, or close it as never answered")


def next_step(referral: Standing) -> NextStep | Ended:
    """Say who does what by when, or how it ended; asks nothing but the row. Errors: NobodyActs."""
    state = State(referral.state)
    if state in ENDED:
        return Ended(Outcome(referral.outcome))
    if referral.due_on is None or referral.next_actor not in Party.values:
        raise NobodyActs
    who = Party(referral.next_actor)
    function = referral.contact_point.function if who is Party.RECEIVER else str(who.label)
    return NextStep(who=who, function=function, does=_what(state, who), by=referral.due_on)


def _what(state: State, who: Party) -> str:
    """The supervisor who stands in for a silent receiver does something else than the receiver would."""
    stands_in = who is Party.SUPERVISOR and NEXT[state] is Party.RECEIVER
    return str(AT_THE_TOP if stands_in else DOES[state])
