"""Who works with cases: whom one can be handed to, shared with, or asked about; the door names the groups."""

from django.contrib.auth.models import User
from django.db.models import QuerySet

from cases.record.refusals import NotAColleague

WORKING, SUPERVISING = ("counsellor", "supervisor"), "supervisor"


def colleagues_of(user: User) -> QuerySet[User]:
    """Give everybody else who works with cases, by name."""
    working = User.objects.filter(groups__name__in=WORKING, is_active=True).exclude(pk=user.pk)
    return working.distinct().order_by("first_name", "last_name", "username")


def supervisors() -> QuerySet[User]:
    """Give those who are told when something stands still."""
    return User.objects.filter(groups__name=SUPERVISING, is_active=True)


def colleague_or_refuse(user: User, other: User) -> User:
    """See that somebody else works with cases.

    Errors: NotAColleague.
    """
    if not colleagues_of(user).filter(pk=other.pk).exists():
        raise NotAColleague
    return other
