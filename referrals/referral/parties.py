"""Which part a person has in one referral; every move asks this, whatever page it came from."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import QuerySet

from cases.access import visible_to
from cases.record.grants import owner_of
from referrals.clock.ladder import Rung
from referrals.clock.working_days import local_day
from referrals.directory.queries import answers_for
from referrals.referral.models import Referral
from referrals.referral.states import WITH_RECEIVER, Mode, MoveKind, Party, State, is_allowed

SUPERVISORS = "supervisor"
"""The group that stands at the top of the ladder; the door names the groups."""


def parties(
    user: User, referral: Referral, *, among: frozenset[Party] = frozenset(Party)
) -> frozenset[Party]:
    """Say as whom, of those asked about, this user may act: through the case, as supervisor, for the function.

    The counsellor who made a referral never counts as its receiver, whatever else they are.
    """
    found = {part for part, holds in _PARTS.items() if part in among and holds(user, referral)}
    return frozenset(found)


def moves_open_to(user: User, referral: Referral) -> frozenset[MoveKind]:
    """Give the moves this user can make now: what the page offers and nothing else."""
    mine = parties(user, referral)
    return frozenset(kind for kind in MoveKind if may_make(mine, referral, kind))


def may_make(mine: frozenset[Party], referral: Referral, kind: MoveKind) -> bool:
    """Say whether somebody in these parts can make this move of the referral as it stands."""
    return is_allowed(
        State(referral.state),
        kind,
        Mode(referral.mode),
        mine,
        at_the_top=referral.rung == Rung.SUPERVISOR,
    )


def supervisors() -> QuerySet[User]:
    """Give those who are told when the ladder ends."""
    return User.objects.filter(groups__name=SUPERVISORS, is_active=True)


def responsible_for(referral: Referral) -> list[User]:
    """Give who is told of a referral: whoever owns its case now; where nobody does, the supervisors."""
    owner = owner_of(referral.case)
    return [owner.user] if owner else list(supervisors())


def _is_counsellor(user: User, referral: Referral) -> bool:
    return user.has_perm("referrals.compose") and visible_to(user).filter(pk=referral.case_id).exists()


def _is_supervisor(user: User, _referral: Referral) -> bool:
    return user.has_perm("referrals.compose") and user.has_perm("cases.review")


def _is_receiver(user: User, referral: Referral) -> bool:
    return (
        user.pk != referral.counsellor_id
        and referral.state in WITH_RECEIVER
        and user.has_perm("referrals.receive")
        and answers_for(user, local_day()).filter(contact_point=referral.contact_point_id).exists()
    )


_PARTS = {
    Party.COUNSELLOR: _is_counsellor,
    Party.SUPERVISOR: _is_supervisor,
    Party.RECEIVER: _is_receiver,
}
