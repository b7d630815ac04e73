"""Tell users that something happened, and note when they have seen it."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from cases.notices.models import Notice


@transaction.atomic
def notify(*, users: Iterable[User], kind: str, reference: str) -> list[Notice]:
    """Tell each user, in the transaction of the act that is told; that act has the entry in the trail."""
    return Notice.objects.tell(users, kind=kind, reference=reference)


@transaction.atomic
def see_notice(*, by: User, notice: UUID) -> bool:
    """Note that a user has seen a notice of theirs; tells whether it was one, and not seen before."""
    return bool(Notice.objects.unseen_by(by).filter(pk=notice).update(seen_at=timezone.now()))


@transaction.atomic
def see_up_to(*, by: User, notice: UUID) -> int:
    """Note that a user has seen a notice of theirs and all that came before it; gives how many were new."""
    newest = Notice.objects.filter(user=by, pk=notice).first()
    if newest is None:
        return 0
    return Notice.objects.unseen_by(by).filter(at__lte=newest.at).update(seen_at=timezone.now())


@transaction.atomic
def put_away(*, kind: str, reference: str) -> int:
    """Put away, for everybody, what needs nobody's eye any more; gives how many had not seen it."""
    waiting = Notice.objects.filter(kind=kind, reference=reference, seen_at__isnull=True)
    return waiting.update(seen_at=timezone.now())
