"""A referral's states, who may move it where, and who acts next: the whole machine on one screen."""

from __future__ import annotations

from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where a referral stands."""

    DRAFT = "draft", pgettext_lazy("referral", "Draft")
    PROPOSED = "proposed", pgettext_lazy("referral", "Proposed")
    SENT = "sent", pgettext_lazy("referral", "Sent")
    OPENED = "opened", pgettext_lazy("referral", "Opened")
    ACCEPTED = "accepted", pgettext_lazy("referral", "Accepted")
    CONTACT_MADE = "contact_made", pgettext_lazy("referral", "Contact made")
    NOT_REACHED = "not_reached", pgettext_lazy("referral", "Not reached")
    OUTCOME_REPORTED = "outcome_reported", pgettext_lazy("referral", "Outcome reported")
    CALLER_REPORTED = "caller_reported", pgettext_lazy("referral", "The caller has been there")
    VERIFIED = "verified", pgettext_lazy("referral", "Verified")
    DECLINED = "declined", pgettext_lazy("referral", "Declined")
    REROUTED = "rerouted", pgettext_lazy("referral", "Re-routed")
    EXPIRED = "expired", pgettext_lazy("referral", "Expired")
    ESCALATED = "escalated", pgettext_lazy("referral", "Escalated")
    WITHDRAWN = "withdrawn", pgettext_lazy("referral", "Withdrawn")
    CLOSED = "closed", pgettext_lazy("referral", "Closed")


class MoveKind(models.TextChoices):
    """What somebody does with a referral."""

    PROPOSE = "propose", pgettext_lazy("referral", "Proposed")
    SEND = "send", pgettext_lazy("referral", "Sent")
    CONNECT = "connect", pgettext_lazy("referral", "Connected on the phone")
    OPEN = "open", pgettext_lazy("referral", "Opened")
    TELL_BY_PHONE = "tell_by_phone", pgettext_lazy("referral", "Told by phone")
    ACCEPT = "accept", pgettext_lazy("referral", "Accepted")
    DECLINE = "decline", pgettext_lazy("referral", "Declined")
    REPORT_CONTACT = "report_contact", pgettext_lazy("referral", "Contact made")
    REPORT_NOT_REACHED = "report_not_reached", pgettext_lazy("referral", "Not reached")
    REPORT_CALLER = "report_caller", pgettext_lazy("referral", "The caller came")
    REPORT_OUTCOME = "report_outcome", pgettext_lazy("referral", "Outcome reported")
    VERIFY = "verify", pgettext_lazy("referral", "Verified")
    CLOSE = "close", pgettext_lazy("referral", "Closed")
    CLOSE_UNVERIFIED = "close_unverified", pgettext_lazy("referral", "Closed without verification")
    CLOSE_UNANSWERED = "close_unanswered", pgettext_lazy("referral", "Closed, never answered")
    REROUTE = "reroute", pgettext_lazy("referral", "Re-routed")
    WITHDRAW = "withdraw", pgettext_lazy("referral", "Withdrawn")
    REMIND = "remind", pgettext_lazy("referral", "Reminded")
    HAND_UP = "hand_up", pgettext_lazy("referral", "Handed to the supervisor")
    EXPIRE = "expire", pgettext_lazy("referral", "Expired")
    ESCALATE = "escalate", pgettext_lazy("referral", "Escalated")


class Party(models.TextChoices):
    """Who acts: a person's part in one referral, or the clock."""

    COUNSELLOR = "counsellor", _("The counsellor")
    SUPERVISOR = "supervisor", _("The supervisor")
    RECEIVER = "receiver", _("The receiving function")
    CLOCK = "clock", _("The clock")


class Mode(models.TextChoices):
    """How the caller and the function meet."""

    CALLER_CONTACTS = "caller_contacts", _("The caller contacts them")
    THEY_CONTACT = "they_contact", _("They contact the caller")
    CONNECTED_NOW = "connected_now", _("Connected now")


class Outcome(models.TextChoices):
    """How a referral ended; none closes without one."""

    SUPPORT_STARTED = "support_started", pgettext_lazy("referral", "Support started")
    OFFERED_DECLINED = "offered_declined", pgettext_lazy("referral", "Offered and declined")
    ALREADY_KNOWN = "already_known", pgettext_lazy("referral", "Already known")
    NO_NEED = "no_need", pgettext_lazy("referral", "No need")
    NOT_REACHED = "not_reached", pgettext_lazy("referral", "Not reached")
    OTHER_BODY = "other_body", pgettext_lazy("referral", "Another body")
    NEVER_ANSWERED = "never_answered", pgettext_lazy("referral", "Never answered")
    WITHDRAWN = "withdrawn", pgettext_lazy("referral", "Withdrawn")
    UNKNOWN = "unknown", pgettext_lazy("referral", "Unknown")


class Transition(NamedTuple):
    """Where a move leads and who may make it."""

    to: State
    who: frozenset[Party]


STAFF = frozenset({Party.COUNSELLOR, Party.SUPERVISOR})
RECEIVER = frozenset({Party.RECEIVER})
CLOCK = frozenset({Party.CLOCK})
S, M = State, MoveKind

TRANSITIONS: dict[tuple[State, MoveKind], Transition] = {
    (S.DRAFT, M.PROPOSE): Transition(S.PROPOSED, STAFF),
    (S.DRAFT, M.WITHDRAW): Transition(S.WITHDRAWN, STAFF),
    (S.PROPOSED, M.SEND): Transition(S.SENT, STAFF),
    (S.PROPOSED, M.CONNECT): Transition(S.CONTACT_MADE, STAFF),
    (S.PROPOSED, M.REROUTE): Transition(S.REROUTED, STAFF),
    (S.PROPOSED, M.WITHDRAW): Transition(S.WITHDRAWN, STAFF),
    (S.PROPOSED, M.REMIND): Transition(S.PROPOSED, CLOCK),
    (S.PROPOSED, M.HAND_UP): Transition(S.PROPOSED, CLOCK),
    (S.SENT, M.OPEN): Transition(S.OPENED, RECEIVER),
    (S.SENT, M.TELL_BY_PHONE): Transition(S.OPENED, STAFF),
    (S.SENT, M.REPORT_CALLER): Transition(S.CALLER_REPORTED, STAFF | RECEIVER),
    (S.SENT, M.WITHDRAW): Transition(S.WITHDRAWN, STAFF),
    (S.SENT, M.REMIND): Transition(S.SENT, CLOCK),
    (S.SENT, M.EXPIRE): Transition(S.EXPIRED, CLOCK),
    (S.OPENED, M.ACCEPT): Transition(S.ACCEPTED, RECEIVER),
    (S.OPENED, M.DECLINE): Transition(S.DECLINED, RECEIVER),
    (S.OPENED, M.REPORT_CALLER): Transition(S.CALLER_REPORTED, STAFF | RECEIVER),
    (S.OPENED, M.WITHDRAW): Transition(S.WITHDRAWN, STAFF),
    (S.OPENED, M.REMIND): Transition(S.OPENED, CLOCK),
    (S.OPENED, M.EXPIRE): Transition(S.EXPIRED, CLOCK),
    (S.ACCEPTED, M.REPORT_CONTACT): Transition(S.CONTACT_MADE, RECEIVER),
    (S.ACCEPTED, M.REPORT_NOT_REACHED): Transition(S.NOT_REACHED, RECEIVER),
    (S.ACCEPTED, M.REPORT_CALLER): Transition(S.CALLER_REPORTED, STAFF | RECEIVER),
    (S.ACCEPTED, M.REROUTE): Transition(S.REROUTED, STAFF),
    (S.ACCEPTED, M.CLOSE_UNANSWERED): Transition(S.CLOSED, STAFF),
    (S.ACCEPTED, M.WITHDRAW): Transition(S.WITHDRAWN, STAFF),
    (S.ACCEPTED, M.REMIND): Transition(S.ACCEPTED, CLOCK),
    (S.ACCEPTED, M.HAND_UP): Transition(S.ACCEPTED, CLOCK),
    (S.CONTACT_MADE, M.REPORT_OUTCOME): Transition(S.OUTCOME_REPORTED, RECEIVER),
    (S.CONTACT_MADE, M.VERIFY): Transition(S.VERIFIED, STAFF),
    (S.CONTACT_MADE, M.CLOSE_UNANSWERED): Transition(S.CLOSED, STAFF),
    (S.CONTACT_MADE, M.WITHDRAW): Transition(S.WITHDRAWN, STAFF),
    (S.CONTACT_MADE, M.REMIND): Transition(S.CONTACT_MADE, CLOCK),
    (S.CONTACT_MADE, M.HAND_UP): Transition(S.CONTACT_MADE, CLOCK),
    (S.NOT_REACHED, M.REPORT_CONTACT): Transition(S.CONTACT_MADE, RECEIVER),
    (S.NOT_REACHED, M.REPORT_CALLER): Transition(S.CALLER_REPORTED, STAFF | RECEIVER),
    (S.NOT_REACHED, M.REPORT_OUTCOME): Transition(S.OUTCOME_REPORTED, RECEIVER),
    (S.NOT_REACHED, M.REROUTE): Transition(S.REROUTED, STAFF),
    (S.NOT_REACHED, M.CLOSE_UNANSWERED): Transition(S.CLOSED, STAFF),
    (S.NOT_REACHED, M.WITHDRAW): Transition(S.WITHDRAWN, STAFF),
    (S.NOT_REACHED, M.REMIND): Transition(S.NOT_REACHED, CLOCK),
    (S.NOT_REACHED, M.HAND_UP): Transition(S.NOT_REACHED, CLOCK),
    (S.OUTCOME_REPORTED, M.VERIFY): Transition(S.VERIFIED, STAFF),
    (S.OUTCOME_REPORTED, M.CLOSE_UNVERIFIED): Transition(S.CLOSED, STAFF),
    (S.OUTCOME_REPORTED, M.REMIND): Transition(S.OUTCOME_REPORTED, CLOCK),
    (S.OUTCOME_REPORTED, M.HAND_UP): Transition(S.OUTCOME_REPORTED, CLOCK),
    (S.CALLER_REPORTED, M.CLOSE): Transition(S.CLOSED, STAFF),
    (S.CALLER_REPORTED, M.REMIND): Transition(S.CALLER_REPORTED, CLOCK),
    (S.CALLER_REPORTED, M.HAND_UP): Transition(S.CALLER_REPORTED, CLOCK),
    (S.VERIFIED, M.CLOSE): Transition(S.CLOSED, STAFF),
    (S.VERIFIED, M.REMIND): Transition(S.VERIFIED, CLOCK),
    (S.VERIFIED, M.HAND_UP): Transition(S.VERIFIED, CLOCK),
    (S.DECLINED, M.REROUTE): Transition(S.REROUTED, STAFF),
    (S.DECLINED, M.CLOSE): Transition(S.CLOSED, STAFF),
    (S.DECLINED, M.REMIND): Transition(S.DECLINED, CLOCK),
    (S.DECLINED, M.HAND_UP): Transition(S.DECLINED, CLOCK),
    (S.REROUTED, M.PROPOSE): Transition(S.PROPOSED, STAFF),
    (S.REROUTED, M.SEND): Transition(S.SENT, STAFF),
    (S.REROUTED, M.WITHDRAW): Transition(S.WITHDRAWN, STAFF),
    (S.REROUTED, M.REMIND): Transition(S.REROUTED, CLOCK),
    (S.REROUTED, M.HAND_UP): Transition(S.REROUTED, CLOCK),
    (S.EXPIRED, M.ESCALATE): Transition(S.ESCALATED, CLOCK),
    (S.ESCALATED, M.OPEN): Transition(S.OPENED, RECEIVER),
    (S.ESCALATED, M.TELL_BY_PHONE): Transition(S.OPENED, STAFF),
    (S.ESCALATED, M.REPORT_CALLER): Transition(S.CALLER_REPORTED, STAFF | RECEIVER),
    (S.ESCALATED, M.REROUTE): Transition(S.REROUTED, STAFF),
    (S.ESCALATED, M.CLOSE_UNANSWERED): Transition(S.CLOSED, STAFF),
    (S.ESCALATED, M.WITHDRAW): Transition(S.WITHDRAWN, STAFF),
    (S.ESCALATED, M.EXPIRE): Transition(S.EXPIRED, CLOCK),
}

BOUND_TO_MODE: dict[MoveKind, frozenset[Mode]] = {
    M.CONNECT: frozenset({Mode.CONNECTED_NOW}),
    M.REPORT_CALLER: frozenset({Mode.CALLER_CONTACTS}),
    M.REPORT_CONTACT: frozenset({Mode.THEY_CONTACT, Mode.CONNECTED_NOW}),
}
"""Moves that make sense in some modes only; every other move belongs to all."""

AT_THE_TOP: dict[MoveKind, frozenset[State]] = {
    M.CLOSE_UNANSWERED: frozenset({S.ESCALATED, S.ACCEPTED, S.CONTACT_MADE, S.NOT_REACHED}),
    M.REROUTE: frozenset({S.ACCEPTED, S.NOT_REACHED}),
}
"""Moves that wait until the ladder has been climbed: silence is not silence before everybody was asked."""

NEXT: dict[State, Party] = {
    S.DRAFT: Party.COUNSELLOR,
    S.PROPOSED: Party.COUNSELLOR,
    S.SENT: Party.RECEIVER,
    S.OPENED: Party.RECEIVER,
    S.ACCEPTED: Party.RECEIVER,
    S.CONTACT_MADE: Party.RECEIVER,
    S.NOT_REACHED: Party.RECEIVER,
    S.OUTCOME_REPORTED: Party.COUNSELLOR,
    S.CALLER_REPORTED: Party.COUNSELLOR,
    S.VERIFIED: Party.COUNSELLOR,
    S.DECLINED: Party.COUNSELLOR,
    S.REROUTED: Party.COUNSELLOR,
    S.EXPIRED: Party.SUPERVISOR,
    S.ESCALATED: Party.RECEIVER,
}
"""Who acts next in every live state; a supervisor takes the place at the top of the ladder."""

ENDED = frozenset({S.CLOSED, S.WITHDRAWN})
LIVE = frozenset(S) - ENDED
WITH_RECEIVER = frozenset(
    {
        S.SENT,
        S.OPENED,
        S.ACCEPTED,
        S.CONTACT_MADE,
        S.NOT_REACHED,
        S.OUTCOME_REPORTED,
        S.CALLER_REPORTED,
        S.VERIFIED,
        S.ESCALATED,
    }
)
"""The states in which the receiving function sees the referral at all."""


def is_allowed(
    state: State, kind: MoveKind, mode: Mode, parties: frozenset[Party], *, at_the_top: bool = False
) -> bool:
    """Say whether one of these parties may make this move from this state, in this mode, at this rung."""
    transition = TRANSITIONS.get((state, kind))
    return (
        transition is not None
        and bool(transition.who & parties)
        and mode in BOUND_TO_MODE.get(kind, frozenset(Mode))
        and (at_the_top or state not in AT_THE_TOP.get(kind, frozenset()))
    )
