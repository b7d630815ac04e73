"""What the room's lists show, each in a fixed number of queries."""

from django.contrib.auth.models import User
from django.db.models import Case as Choose
from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, Value, When

from cases.access import visible_to
from cases.followups.models import FollowUp
from cases.record.grants import ORDER, live_grants
from cases.record.models import Case, Grant
from cases.record.states import FINISHED


def my_cases(user: User, *, finished: bool = False) -> QuerySet[Case]:
    """Give the cases a user may open, with the basis and the next follow-up; those with the nearest day first."""
    unmerged = visible_to(user).filter(merged_into__isnull=True)
    cases = unmerged.filter(state__in=FINISHED) if finished else unmerged.exclude(state__in=FINISHED)
    return as_rows(cases, user).order_by(F("next_day").asc(nulls_last=True), "-opened_at")


def as_rows(cases: QuerySet[Case], user: User) -> QuerySet[Case]:
    """Add to cases what the table shows beside them: why the user sees them, and the next follow-up's day."""
    return cases.annotate(
        basis=Subquery(_grants_strongest_first(user).values("basis")[:1]),
        next_day=Subquery(FollowUp.objects.planned().filter(case=OuterRef("pk")).values("due_on")[:1]),
    )


def my_follow_ups(user: User) -> QuerySet[FollowUp]:
    """Give what a user has promised and not yet settled, in cases they may still open; soonest first."""
    mine = FollowUp.objects.planned().filter(assigned_to=user, case__in=visible_to(user))
    return mine.select_related("case").order_by("due_on", "reference")


def _grants_strongest_first(user: User) -> QuerySet[Grant]:
    places = (When(basis=basis, then=Value(place)) for basis, place in ORDER.items())
    strength = Choose(*places, output_field=IntegerField())
    return live_grants(user).filter(case=OuterRef("pk")).order_by(strength)
