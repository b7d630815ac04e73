"""Who is told of a move, and how: the counsellor by a notice, the supervisors at the top, the function by letter."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User

from audit.context import system_actor
from cases.notices.models import NoticeKind
from cases.notices.services import notify
from referrals.clock.ladder import Rung
from referrals.delivery.mail import write_letter
from referrals.delivery.models import LetterKind
from referrals.referral.deciding import waits_for_a_decision
from referrals.referral.models import Referral
from referrals.referral.parties import responsible_for, supervisors
from referrals.referral.states import ENDED, WITH_RECEIVER, MoveKind, Party, State
from referrals.welcome.services import invite_function

ANSWERS: dict[MoveKind, NoticeKind] = {
    MoveKind.OPEN: NoticeKind.REFERRAL_OPENED,
    MoveKind.ACCEPT: NoticeKind.REFERRAL_ANSWERED,
    MoveKind.DECLINE: NoticeKind.REFERRAL_ANSWERED,
    MoveKind.REPORT_CONTACT: NoticeKind.REFERRAL_ANSWERED,
    MoveKind.REPORT_NOT_REACHED: NoticeKind.REFERRAL_ANSWERED,
    MoveKind.REPORT_CALLER: NoticeKind.REFERRAL_OUTCOME,
    MoveKind.REPORT_OUTCOME: NoticeKind.REFERRAL_OUTCOME,
    MoveKind.ESCALATE: NoticeKind.REFERRAL_OVERDUE,
}
"""What whoever owns the case hears of the receiver's moves and of the ladder."""


def tell(referral: Referral, *, kind: MoveKind, before: State, by: User | None) -> None:
    """Write the notices and the letter that follow from a move, in its transaction."""
    if kind in ANSWERS:
        told = [user for user in responsible_for(referral) if user != by]
        notify(users=told, kind=ANSWERS[kind], reference=referral.reference)
    if kind == MoveKind.REMIND and referral.next_actor == Party.COUNSELLOR:
        _say_overdue(responsible_for(referral), referral)
    if kind in {MoveKind.HAND_UP, MoveKind.ESCALATE} and referral.rung == Rung.SUPERVISOR:
        _say_overdue(supervisors(), referral)
    if kind == MoveKind.PROPOSE and waits_for_a_decision(referral):
        notify(users=list(supervisors()), kind=NoticeKind.REFERRAL_ARRIVED, reference=referral.reference)
    letter = _letter(referral, kind=kind, before=before)
    if letter:
        write_about(referral, letter)


def write_about(referral: Referral, kind: LetterKind) -> None:
    """Write to the function; one that nobody signs in for yet is invited first, for it could open nothing."""
    if referral.case.protected:  # nothing of such a person goes by mail, not even a reference: we telephone
        return
    point, actor = referral.contact_point, system_actor("referrals")
    welcome = None if kind == LetterKind.ENDED else invite_function(actor=actor, contact_point=point)
    if welcome:
        write_letter(kind=LetterKind.WELCOME, contact_point=point, reference=welcome.reference)
    else:
        write_letter(kind=kind, contact_point=point, reference=referral.receiver_reference)


def _say_overdue(users: Iterable[User], referral: Referral) -> None:
    notify(users=list(users), kind=NoticeKind.REFERRAL_OVERDUE, reference=referral.reference)


def _letter(referral: Referral, *, kind: MoveKind, before: State) -> LetterKind | None:
    if kind in {MoveKind.SEND, MoveKind.CONNECT}:
        return LetterKind.NEW
    if kind == MoveKind.ESCALATE and referral.next_actor == Party.RECEIVER:
        return LetterKind.NEW
    if kind == MoveKind.REMIND and referral.next_actor == Party.RECEIVER:
        return LetterKind.REMINDER
    if referral.state in ENDED and before in WITH_RECEIVER:
        return LetterKind.ENDED
    return None
