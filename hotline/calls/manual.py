"""Calls entered by hand while the provider is gone, and their matching to the provider's records once these arrive."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.record.references import new_reference
from cases.record.refusals import Refusal
from hotline.calls.models import Call
from hotline.lines.board import touch_board
from hotline.lines.hours import is_open, plan_of
from hotline.lines.models import Line

PROVIDER = "manual"
NEAR = timedelta(minutes=10)
LATE_AT_MOST = timedelta(days=7)
TALK_AT_MOST = timedelta(hours=4)
SUGGESTED_AT_MOST = 10


class NotThen(Refusal):
    """The time given cannot be that of a call now entered by hand."""

    message = _("Enter when the call came: within the last week, and not in the future.")


class NoSuchMatch(Refusal):
    """These two cannot be the same call."""

    message = _("These two cannot be the same call, or one of them is matched already.")


class BothLogged(Refusal):
    """Both calls have a contact, and one of them would be left without its call."""

    message = _("Both calls are logged. They stay two calls.")


@dataclass(frozen=True, slots=True)
class ByHand:
    """What somebody remembers of a call. `talked` is how long they spoke; none where nobody answered."""

    line: Line
    at: datetime
    talked: timedelta | None = None
    withheld: bool = False


@transaction.atomic
def enter_call(*, actor: Actor, user: User, entered: ByHand, now: datetime) -> Call:
    """Enter a call that the provider told us nothing of. Its key is random: no provider's call has it.

    Errors: NotThen.
    """
    talked = entered.talked or timedelta(0)
    if not now - LATE_AT_MOST <= entered.at <= now or talked > TALK_AT_MOST:
        raise NotThen
    call = Call.objects.create(
        reference=new_reference("S"),
        provider=PROVIDER,
        call_key=secrets.token_bytes(32),
        line=entered.line,
        entered_by=user,
        offered_at=entered.at,
        ended_at=entered.at + talked,
        withheld=entered.withheld,
        outside_hours=not is_open(plan_of(entered.line), entered.at),
        **_acceptance(user, entered),
    )
    subject = Subject("call", call.reference)
    answered = entered.talked is not None
    record(
        actor=actor, action=Action.CALL_ENTERED, subject=subject, line=entered.line.number, answered=answered
    )
    touch_board()
    return call


def unmatched_calls() -> QuerySet[Call]:
    """Give the calls entered by hand that no provider's record has been found for: the oldest first."""
    return (
        Call.objects.filter(entered_by__isnull=False, matched=None)
        .select_related("line", "entered_by", "contact")
        .order_by("offered_at", "id")
    )


def suggest_matches(call: Call) -> QuerySet[Call]:
    """Give the provider's records this may be: on the same line, at overlapping times, ten minutes give or take."""
    until = (call.ended_at or call.offered_at) + NEAR
    return (
        Call.objects.filter(
            entered_by=None,
            entered_as=None,
            line=call.line,
            offered_at__lte=until,
            ended_at__gte=call.offered_at - NEAR,
        )
        .select_related("line", "contact", "accepted_by")
        .order_by("offered_at", "id")[:SUGGESTED_AT_MOST]
    )


@transaction.atomic
def match_call(*, actor: Actor, entered: str, found: str) -> Call:
    """Say that a call entered by hand is the one on the provider's record, which is counted from now on.

    The contact moves to that record, and so does what only a person could know: that somebody answered.
    Errors: NoSuchMatch, BothLogged.
    """
    by_hand, theirs = _locked_pair(entered, found)
    if theirs not in suggest_matches(by_hand) or by_hand.matched_id or by_hand.entered_by_id is None:
        raise NoSuchMatch
    if by_hand.contact_id and theirs.contact_id:
        raise BothLogged
    _carry_over(actor, by_hand, theirs)
    by_hand.matched = theirs
    by_hand.save(update_fields=["matched", "contact"])
    subject = Subject("call", by_hand.reference)
    record(actor=actor, action=Action.CALL_MATCHED, subject=subject, record=theirs.reference)
    touch_board()
    return theirs


def _acceptance(user: User, entered: ByHand) -> dict[str, object]:
    if entered.talked is None:
        return {}
    talk_s = int(entered.talked.total_seconds())
    return {"accepted_at": entered.at, "accepted_by": user, "talk_s": talk_s, "duration_s": talk_s}


def _locked_pair(entered: str, found: str) -> tuple[Call, Call]:
    """Lock both, always in the same order, so that two people matching at once wait instead of failing."""
    locked = Call.objects.select_for_update(of=("self",)).select_related("line").order_by("id")
    rows = {row.reference: row for row in locked.filter(reference__in=[entered, found])}
    if entered not in rows or found not in rows or entered == found:
        raise NoSuchMatch
    return rows[entered], rows[found]


def _carry_over(actor: Actor, by_hand: Call, theirs: Call) -> None:
    before = theirs.outcome
    if theirs.contact_id is None:
        theirs.contact, by_hand.contact = by_hand.contact, None
    if by_hand.accepted_at and theirs.accepted_at is None:
        theirs.accepted_at = max(by_hand.accepted_at, theirs.offered_at)
        theirs.accepted_by = by_hand.accepted_by
    theirs.save(update_fields=["contact", "accepted_at", "accepted_by"])
    theirs.refresh_from_db(fields=["outcome"])
    if theirs.outcome and theirs.outcome != before:
        subject = Subject("call", theirs.reference)
        record(actor=actor, action=Action.CALL_OUTCOME, subject=subject, outcome=theirs.outcome)
