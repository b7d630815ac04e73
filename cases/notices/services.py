"""Tell users that something happened, and note when they have seen it."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from cases.notices.models import Notice


@transaction.atomic
def notify(*, users: Iterable[User], kind: str, reference: str) -> list[Notice]:
    """Write a notice to each user, in the caller's transaction; the act that is told has its own entry in the trail."""
    return Notice.objects.bulk_create(Notice(user=user, kind=kind, reference=reference) for user in users)


def unseen_notices(user: User) -> list[Notice]:
    """Give what a user has not seen yet, newest first."""
    return list(Notice.objects.filter(user=user, seen_at__isnull=True)[:50])


@transaction.atomic
def see_notice(*, user: User, notice: Notice) -> None:
    """Note that a user has seen a notice of theirs; another's stays as it is."""
    Notice.objects.filter(pk=notice.pk, user=user, seen_at__isnull=True).update(seen_at=timezone.now())
