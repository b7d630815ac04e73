"""A disclosure is decided by two: another person sends it; in acute danger one sends it, and another looks."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import QuerySet

from referrals.referral.models import Move, Referral
from referrals.referral.reasons import Basis
from referrals.referral.states import MoveKind, State

REVIEWS = "cases.review"


class DecisionMissing(PermissionError):
    """Another person decides a disclosure: a supervisor reads what leaves and sends it."""


def waits_for_a_decision(referral: Referral) -> bool:
    """Say whether only another person can let it leave."""
    return (
        referral.basis == Basis.DISCLOSURE
        and referral.state in {State.PROPOSED, State.REROUTED}
        and referral.decided_by_id is None
        and not referral.acute
    )


def decide(user: User, referral: Referral) -> User | None:
    """Give who decided when this user lets it leave. Errors: DecisionMissing.

    A consent needs no decision, and one that was taken holds as long as the receiver is covered by it.
    """
    if referral.basis == Basis.CONSENT or referral.decided_by_id is not None:
        return referral.decided_by
    if not is_second_person(user, referral) and not referral.acute:
        raise DecisionMissing
    return user


def is_second_person(user: User, referral: Referral) -> bool:
    """Say whether this user decides as another person: a supervisor who neither made it nor composed it anew."""
    if user.pk == referral.counsellor_id or not user.has_perm(REVIEWS):
        return False
    return not composed_by(user).filter(referral=referral).exists()


def edition_of(referral: Referral) -> int:
    """Number what would leave, and to whom: composing it anew and re-routing it make another edition of it."""
    return referral.moves.filter(kind__in={MoveKind.PROPOSE, MoveKind.REROUTE}).count()


def composed_by(user: User) -> QuerySet[Move]:
    """Give the moves with which this user said what is to leave, at first or anew."""
    return Move.objects.filter(kind=MoveKind.PROPOSE, actor_label=user.get_username())
