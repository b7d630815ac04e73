"""A typed reference to a case one may not open: what stands behind it, within limits, recorded either way."""

import re
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import record as write_entry
from cases.break_glass.models import Knock
from cases.break_glass.refusals import TooManyKnocks
from cases.record.grants import REVIEW, basis_of, owner_of
from cases.record.models import Case, CaseState
from cases.record.references import ALPHABET, LENGTH
from cases.record.services.locks import subject_of

KNOCKS_OF_ONE = 20
KNOCKS_OF_ALL = 100
WITHIN = timedelta(hours=1)
# Those who knock take turns: two at once would both count nineteen and both be answered.
KNOCK_LOCK = 4_211_868
REFERENCE = re.compile(rf"A-?([{ALPHABET}]{{{LENGTH}}})")


@dataclass(frozen=True)
class ClosedDoor:
    """That a case exists, and whom to ask; nothing else of it."""

    case: Case
    owner: User | None


def case_reference_in(typed: str) -> str:
    """Give the case reference that was typed, in its own spelling; empty where it is none."""
    found = REFERENCE.fullmatch("".join(typed.split()).upper())
    return f"A-{found[1]}" if found else ""


def knock(*, actor: Actor, user: User, reference: str) -> Case | ClosedDoor | None:
    """Tell what an exact reference leads to: an open case, a closed door, or nothing one may know of.

    A case that is open to the user answers always and is not counted; its own page records the look. Of everything
    else so many an hour are answered, and each is in the trail before it is.

    Errors: TooManyKnocks.
    """
    case = Case.objects.select_related("merged_into").filter(reference=reference).first()
    inside = _open_one(user, case)
    if inside is not None:
        return inside
    with transaction.atomic(durable=True):
        answer = _answer(user, case, actor=actor)
    if isinstance(answer, TooManyKnocks):
        raise answer
    return answer


def look_again(*, actor: Actor, user: User, case: Case) -> ClosedDoor | None:
    """Show a door once more to somebody who was shown it; nothing where they may no longer know of it."""
    with transaction.atomic(durable=True):
        known = may_know_of(user, case)
        action = Action.DOOR_SHOWN if known else Action.CASE_REFUSED
        write_entry(actor=actor, action=action, subject=subject_of(case))
    return closed_door(case) if known else None


def may_know_of(user: User, case: Case) -> bool:
    """Tell whether a user may learn that this case exists: not a merged or destroyed one, nor lightly a protected."""
    if case.merged_into_id is not None or case.state == CaseState.PURGED:
        return False
    return not case.protected or user.has_perm(REVIEW)


def _open_one(user: User, case: Case | None) -> Case | None:
    """Give the case, or rather the one it was merged into, where the user may open it."""
    candidates = [] if case is None else [case.merged_into, case]
    return next((each for each in candidates if each is not None and basis_of(user, each)), None)


def _answer(user: User, case: Case | None, *, actor: Actor) -> ClosedDoor | TooManyKnocks | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [KNOCK_LOCK])
    if _has_knocked_enough(user):
        write_entry(actor=actor, action=Action.DOOR_MISSED, limit=True)
        return TooManyKnocks()
    Knock.objects.create(user=user)
    if case is None:
        write_entry(actor=actor, action=Action.DOOR_MISSED, limit=False)
        return None
    if not may_know_of(user, case):
        write_entry(actor=actor, action=Action.CASE_REFUSED, subject=subject_of(case))
        return None
    write_entry(actor=actor, action=Action.DOOR_SHOWN, subject=subject_of(case))
    return closed_door(case)


def closed_door(case: Case) -> ClosedDoor:
    """Say of a case what a closed door says."""
    grant = owner_of(case)
    return ClosedDoor(case=case, owner=grant.user if grant and grant.user.is_active else None)


def _has_knocked_enough(user: User) -> bool:
    """Count the last hour's knocks; older ones are forgotten."""
    Knock.objects.filter(at__lte=timezone.now() - WITHIN).delete()
    own = Knock.objects.filter(user=user)
    return own.count() >= KNOCKS_OF_ONE or Knock.objects.count() >= KNOCKS_OF_ALL
