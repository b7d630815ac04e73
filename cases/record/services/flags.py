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
from cases.record.refusals import DayHasPassed, TooFarAway
from cases.record.services.locks import lock_for, subject_of

LONGEST = timedelta(days=366)


@transaction.atomic
def set_flag(*, actor: Actor, user: User, case: Case, kind: FlagKind | str, until: date) -> Flag:
    """Put a warning on a case until a day, at most a year away; one that is up or has run out is renewed.

    Errors: NoAccess; DayHasPassed; TooFarAway; ValueError where the kind is unknown.
    """
    locked, basis = lock_for(user, case)
    kind = FlagKind(kind)
    _refuse_day(until)
    fresh = {"until": until, "set_by": user, "set_at": timezone.now()}
    flag, _new = Flag.objects.update_or_create(case=locked, kind=kind, lifted_at=None, defaults=fresh)
    facts: dict[str, str] = {"flag": kind.value, "until": until.isoformat(), "basis": basis}
    write_entry(actor=actor, action=Action.FLAG_SET, subject=subject_of(locked), **facts)
    return flag


@transaction.atomic
def lift_flag(*, actor: Actor, user: User, case: Case, kind: FlagKind | str) -> bool:
    """Take a warning off a case, also where it came from a case merged into it; tells whether one was up.

    Errors: NoAccess; ValueError where the kind is unknown.
    """
    locked, basis = lock_for(user, case)
    kind = FlagKind(kind)
    up = Flag.objects.filter(case__in=with_merged(locked), kind=kind, lifted_at=None)
    lifted = bool(up.update(lifted_at=timezone.now(), lifted_by=user))
    if lifted:
        facts: dict[str, str] = {"flag": kind.value, "basis": basis}
        write_entry(actor=actor, action=Action.FLAG_LIFTED, subject=subject_of(locked), **facts)
    return lifted


def _refuse_day(until: date) -> None:
    today = timezone.localdate()
    if until < today:
        raise DayHasPassed
    if until > today + LONGEST:
        raise TooFarAway
