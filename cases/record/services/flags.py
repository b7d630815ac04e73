"""Flags say what to know before anything is done in a case; each is up until a day, or until lifted."""

from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import record as write_entry
from cases.record.merged import with_merged
from cases.record.models import Case, Flag, FlagKind
from cases.record.refusals import DayHasPassed, EditedMeanwhile, TooFarAway
from cases.record.services.locks import lock_for, save_edited, subject_of

LONGEST = timedelta(days=366)


@transaction.atomic
def set_flag(
    *,
    actor: Actor,
    user: User,
    case: Case,
    kind: FlagKind | str,
    until: date,
    expected_version: int | None = None,
) -> Flag:
    """Put a warning on a case until a day, at most a year away; one that is up or has run out is renewed.

    `expected_version` is the case's, as the page showed it: nobody's newer day is replaced unseen.

    Errors: NoAccess; EditedMeanwhile; DayHasPassed; TooFarAway; ValueError where the kind is unknown.
    """
    locked, basis = _lock(user, case, expected_version)
    kind = FlagKind(kind)
    _refuse_day(until)
    fresh = {"until": until, "set_by": user, "set_at": timezone.now()}
    flag, _new = Flag.objects.update_or_create(case=locked, kind=kind, lifted_at=None, defaults=fresh)
    save_edited(locked, user=user)
    facts: dict[str, str] = {"flag": kind.value, "until": until.isoformat(), "basis": basis}
    write_entry(actor=actor, action=Action.FLAG_SET, subject=subject_of(locked), **facts)
    return flag


@transaction.atomic
def lift_flag(
    *, actor: Actor, user: User, case: Case, kind: FlagKind | str, expected_version: int | None = None
) -> bool:
    """Take a warning off a case, also where it came from a case merged into it; tells whether one was up.

    Errors: NoAccess; EditedMeanwhile; ValueError where the kind is unknown.
    """
    locked, basis = _lock(user, case, expected_version)
    kind = FlagKind(kind)
    up = Flag.objects.filter(case__in=with_merged(locked), kind=kind, lifted_at=None)
    lifted = bool(up.update(lifted_at=timezone.now(), lifted_by=user))
    if lifted:
        save_edited(locked, user=user)
        facts: dict[str, str] = {"flag": kind.value, "basis": basis}
        write_entry(actor=actor, action=Action.FLAG_LIFTED, subject=subject_of(locked), **facts)
    return lifted


def _lock(user: User, case: Case, expected_version: int | None) -> tuple[Case, str]:
    locked, basis = lock_for(user, case)
    if expected_version is not None and locked.version != expected_version:
        raise EditedMeanwhile
    return locked, basis


def _refuse_day(until: date) -> None:
    today = timezone.localdate()
    if until < today:
        raise DayHasPassed
    if until > today + LONGEST:
        raise TooFarAway
