"""What is unfinished in the demo's cases on the day it is shown, so that every list has something to work with.

Each act goes through its service, as a person's; what must have been done earlier is dated back afterwards.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from cases.break_glass.models import BreakGlass, Finding
from cases.break_glass.services import LASTS, break_glass, review_opening
from cases.drafts.services import Place, save_draft
from cases.followups.models import FollowUp
from cases.followups.services import plan_follow_up
from cases.handover.services import offer_hand_over
from cases.notices.models import Notice
from cases.notices.services import see_up_to
from cases.record.models import Case, FlagKind, Grant
from cases.record.services import protect_case, set_flag, wait_case
from cases.second_looks.services import ask_second_look
from hotline.demo import wording
from hotline.demo.history import actor_for

LEFT_UNSEEN = 2
Act = Callable[[Case], object]


def leave(cases: Iterable[Case], counsellors: Sequence[User], supervisor: User) -> int:
    """Leave each unfinished thing in a case of its own, the newest first; give how many there was a case for."""
    newest = sorted(cases, key=lambda case: case.opened_at, reverse=True)
    left = {user.pk: [case for case in newest if case.opened_by_id == user.pk] for user in counsellors}
    one, two, three = counsellors
    _see_what_is_old(counsellors)
    done = 0
    for owner, act in _acts(one, two, three, supervisor):
        if left[owner.pk]:
            act(left[owner.pk].pop(0))
            done += 1
    return done


def _acts(one: User, two: User, three: User, supervisor: User) -> tuple[tuple[User, Act], ...]:
    """List what is left, and in whose case; `one` is who a visitor signs in as."""
    return (
        (one, lambda case: _wait(case, one)),
        (two, lambda case: _hand_over(case, two, one, wording.HAND_OVERS[0])),
        (three, lambda case: _break_in(case, two, wording.EMERGENCIES[0])),
        (one, lambda case: _begin_a_note(case, one)),
        (two, lambda case: _ask(case, two, wording.QUESTIONS[0], one)),
        (three, lambda case: _hand_over(case, three, two, wording.HAND_OVERS[1], hours_late=15)),
        (one, lambda case: _promise(case, one, wording.LATE, days_late=3)),
        (one, lambda case: _promise(case, one, wording.TODAY)),
        (three, lambda case: _ask(case, three, wording.QUESTIONS[1])),
        (two, lambda case: _sign_off(_break_in(case, three, wording.EMERGENCIES[1]), supervisor)),
        (one, lambda case: _shield(case, one)),
        (two, lambda case: _warn(case, two)),
    )


def _see_what_is_old(counsellors: Sequence[User]) -> None:
    for person in counsellors:
        told = Notice.objects.unseen_by(person)[LEFT_UNSEEN : LEFT_UNSEEN + 1].first()
        if told is not None:
            see_up_to(by=person, notice=told.pk)


def _wait(case: Case, owner: User) -> None:
    wait_case(actor=actor_for(owner), user=owner, case=case, until=timezone.localdate(), reason=wording.WAITS)


def _hand_over(case: Case, owner: User, to: User, note: str, *, hours_late: int = 0) -> None:
    by = timezone.now() - timedelta(hours=hours_late) if hours_late else None
    offer_hand_over(actor=actor_for(owner), user=owner, case=case, colleague=to, note=note, acknowledge_by=by)


def _ask(case: Case, owner: User, question: str, of: User | None = None) -> None:
    ask_second_look(actor=actor_for(owner), user=owner, case=case, question=question, colleague=of)


def _begin_a_note(case: Case, owner: User) -> None:
    body = json.dumps([["text", wording.DRAFT]], ensure_ascii=False)
    place = Place("note", case.reference)
    save_draft(actor=actor_for(owner), user=owner, place=place, body=body, expected_version=0)


def _promise(case: Case, owner: User, text: str, *, days_late: int = 0) -> None:
    today = timezone.localdate()
    promised = plan_follow_up(actor=actor_for(owner), user=owner, case=case, due_on=today, text=text)
    FollowUp.objects.filter(pk=promised.pk).update(due_on=today - timedelta(days=days_late))


def _shield(case: Case, owner: User) -> None:
    protect_case(actor=actor_for(owner), user=owner, case=case)


def _warn(case: Case, owner: User) -> None:
    until = timezone.localdate() + timedelta(days=21)
    set_flag(actor=actor_for(owner), user=owner, case=case, kind=FlagKind.IN_SECRET, until=until)


def _break_in(case: Case, user: User, reason: str) -> BreakGlass:
    return break_glass(actor=actor_for(user), user=user, case=case, reason=reason)


def _sign_off(opening: BreakGlass, supervisor: User) -> None:
    actor, remark = actor_for(supervisor), wording.SIGNED_OFF
    review_opening(actor=actor, user=supervisor, opening=opening, finding=Finding.JUSTIFIED, remark=remark)
    at = opening.at - timedelta(days=1)
    BreakGlass.objects.filter(pk=opening.pk).update(at=at, until=at + LASTS)
    Grant.objects.filter(pk=opening.grant_id).update(until=at + LASTS)
