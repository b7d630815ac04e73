"""What happens when a day has passed: reminder → deputy → coordination function → supervisor; silence never closes."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import datetime

from django.db import transaction

from audit.context import Actor
from referrals.clock.ladder import Rung
from referrals.clock.moment import now as this_moment
from referrals.clock.working_days import local_day
from referrals.directory.models import ContactKind, ContactPoint
from referrals.directory.standing import Doubt
from referrals.directory.verify import doubt_contact_point
from referrals.referral.consent import consent_of, covers
from referrals.referral.models import Referral
from referrals.referral.moves import Step, make_move
from referrals.referral.states import ENDED, TRANSITIONS, MoveKind, State


def expire_overdue(*, actor: Actor, now: datetime) -> Counter[MoveKind]:
    """Climb one rung for every referral whose day has passed; say how many of which move were made.

    Each referral is a transaction of its own, and one that somebody is moving right now is left for the next
    round. At the top it stays with the supervisor until a person acts.
    """
    today = local_day(now)
    overdue = Referral.objects.exclude(state__in=ENDED).filter(due_on__lt=today, rung__lt=Rung.SUPERVISOR)
    made: Counter[MoveKind] = Counter()
    for pk in overdue.order_by("due_on", "id").values_list("pk", flat=True):
        with transaction.atomic():
            locked = overdue.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
            if locked:
                made[_climb(actor, locked)] += 1
    return made


def _climb(actor: Actor, referral: Referral) -> MoveKind:
    state = State(referral.state)
    if referral.rung == Rung.NONE and (state, MoveKind.REMIND) in TRANSITIONS:
        return _move(actor, referral, MoveKind.REMIND, rung=Rung.REMINDED)
    if (state, MoveKind.EXPIRE) in TRANSITIONS:
        if state == State.SENT:  # never opened, although reminded: the next one is not sent there silently
            doubt_contact_point(actor=actor, contact_point=referral.contact_point, doubt=Doubt.SILENT)
        _move(actor, referral, MoveKind.EXPIRE)
        return escalate(actor=actor, referral=referral)
    if state == State.EXPIRED:
        return escalate(actor=actor, referral=referral)
    return _move(actor, referral, MoveKind.HAND_UP, rung=Rung.SUPERVISOR)


def escalate(*, actor: Actor, referral: Referral) -> MoveKind:
    """Address the next function up, as far as the caller's consent reaches; else the supervisor."""
    rung, contact_point = _next_rung(referral)
    return _move(actor, referral, MoveKind.ESCALATE, rung=rung, contact_point=contact_point)


def _next_rung(referral: Referral) -> tuple[Rung, ContactPoint]:
    now_with = referral.contact_point
    if referral.rung < Rung.DEPUTY and now_with.deputy and _may_take(referral, now_with.deputy):
        return Rung.DEPUTY, now_with.deputy
    if referral.rung < Rung.COORDINATION and now_with.municipality_id:
        coordination = (
            ContactPoint.objects.filter(municipality=now_with.municipality_id, kind=ContactKind.COORDINATION)
            .exclude(pk=now_with.pk)
            .first()
        )
        if coordination and _may_take(referral, coordination):
            return Rung.COORDINATION, coordination
    return Rung.SUPERVISOR, now_with


def _may_take(referral: Referral, contact_point: ContactPoint) -> bool:
    return (
        covers(consent_of(referral), contact_point)
        and contact_point.is_routable(this_moment())
        and not referral.moves.filter(contact_point=contact_point).exists()
    )


def _move(actor: Actor, referral: Referral, kind: MoveKind, **changes: object) -> MoveKind:
    step = Step(kind, client_id=uuid.uuid4(), changes=changes)
    make_move(actor=actor, user=None, referral=referral, step=step)
    return kind
