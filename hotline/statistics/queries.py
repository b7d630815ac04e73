"""Every question the figures ask of the database: a fixed number of them, each answered with one statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Aggregate, Count, Exists, F, FloatField, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Extract, Greatest, TruncDate

from cases.coded.models import Kind
from cases.followups.models import FollowUp
from cases.record.models import Case, Contact
from hotline.calls.models import Call, CallBack, Outcome
from hotline.statistics.definitions import ONE_PRESS_KINDS
from hotline.statistics.measures import Share, Spread
from hotline.statistics.periods import Period
from referrals.referral.models import Referral
from referrals.referral.states import MoveKind

FIRST_CONTACT = (MoveKind.REPORT_CONTACT, MoveKind.CONNECT)


class PercentileCont(Aggregate):
    """PostgreSQL's interpolated percentile; the share is the first expression, what is ordered the second."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, expression: Any, share: float, **extra: Any) -> None:
        super().__init__(expression, share=share, **extra)


@dataclass(frozen=True)
class Calls:
    """The calls of a period; tests are counted apart and belong to no other number."""

    offered: int
    outcomes: Mapping[Outcome, int]
    under_way: int
    tests: int
    short: int
    outside_hours: Share
    answered: Share
    abandoned: Share
    service_level: Share
    speed: Spread


@dataclass(frozen=True)
class CallBacks:
    """What became of the call-backs asked for in a period."""

    asked: int
    reached_in_time: int
    reached_late: int
    given_up: int
    expired: int


@dataclass(frozen=True)
class Casework:
    """Contacts held and cases opened in a period, and how long the cases closed in it had been open, in days."""

    contacts: int
    first_contacts: int
    opened: int
    open_to_close: Spread


class SentReferral(NamedTuple):
    """One referral of a period and the moments its figures need; nothing about whom it concerns."""

    state: str
    sent_at: datetime | None
    verified_at: datetime | None
    accepted_at: datetime | None
    contact_at: datetime | None


def calls_in(period: Period, *, within_seconds: int) -> Calls:
    """Count the calls offered in a period, each once."""
    real, open_hours = Q(is_test=False), Q(is_test=False, outside_hours=False, outcome__isnull=False)
    answered, abandoned = Q(outcome=Outcome.ANSWERED), Q(outcome=Outcome.ABANDONED)
    in_time = Q(seconds__lte=within_seconds)
    found = _timed_calls(period).aggregate(
        offered=Count("id", filter=real),
        under_way=Count("id", filter=real & Q(outcome__isnull=True)),
        tests=Count("id", filter=~real),
        short=Count("id", filter=real & Q(is_short=True)),
        outside=Count("id", filter=real & Q(outside_hours=True)),
        ended=Count("id", filter=open_hours),
        answered=Count("id", filter=open_hours & answered),
        abandoned=Count("id", filter=open_hours & abandoned),
        answered_in_time=Count("id", filter=open_hours & answered & in_time),
        gave_up_at_once=Count("id", filter=open_hours & abandoned & in_time),
        timed=Count("seconds", filter=real & answered),
        median=PercentileCont("seconds", 0.5, filter=real & answered),
        p90=PercentileCont("seconds", 0.9, filter=real & answered),
        **{f"is_{each.value}": Count("id", filter=real & Q(outcome=each)) for each in Outcome},
    )
    return Calls(
        offered=found["offered"],
        outcomes={each: found[f"is_{each.value}"] for each in Outcome},
        under_way=found["under_way"],
        tests=found["tests"],
        short=found["short"],
        outside_hours=Share(found["outside"], found["offered"]),
        answered=Share(found["answered"], found["ended"]),
        abandoned=Share(found["abandoned"], found["ended"]),
        service_level=Share(found["answered_in_time"], found["ended"] - found["gave_up_at_once"]),
        speed=Spread(n=found["timed"], median=found["median"], p90=found["p90"]),
    )


def calls_per_day(period: Period) -> tuple[Counter[date], Counter[date]]:
    """Count offered and answered calls by the Swedish day they were offered on."""
    rows = (
        _calls(period)
        .filter(is_test=False)
        .annotate(day=TruncDate("offered_at"))
        .values_list("day")
        .annotate(offered=Count("id"), answered=Count("id", filter=Q(outcome=Outcome.ANSWERED)))
        .order_by("day")
    )
    offered, answered = Counter[date](), Counter[date]()
    for day, offered_then, answered_then in rows:
        offered[day], answered[day] = offered_then, answered_then
    return offered, answered


def call_backs_in(period: Period, *, target: timedelta) -> CallBacks:
    """Count the call-backs asked for in a period by what has become of them; a number not confirmed asks for none."""
    states, in_time = CallBack.State, Q(ended_at__lte=F("requested_at") + target)
    asked = CallBack.objects.filter(requested_at__gte=period.begin, requested_at__lt=period.end)
    return CallBacks(
        **asked.exclude(state=states.KEYED).aggregate(
            asked=Count("id"),
            reached_in_time=Count("id", filter=Q(state=states.REACHED) & in_time),
            reached_late=Count("id", filter=Q(state=states.REACHED) & ~in_time),
            given_up=Count("id", filter=Q(state=states.GIVEN_UP)),
            expired=Count("id", filter=Q(state=states.EXPIRED)),
        )
    )


def casework_in(period: Period) -> Casework:
    """Count contacts and cases of a period; a first contact has no earlier one in its case.

    A case that was merged into another is one with it, and counts there alone.
    """
    earlier = Contact.objects.filter(case=OuterRef("case"), begun_at__lt=OuterRef("begun_at"))
    talks = real_contacts().filter(begun_at__gte=period.begin, begun_at__lt=period.end)
    found = talks.aggregate(contacts=Count("id"), first=Count("id", filter=~Exists(earlier)))
    opened = Q(opened_at__gte=period.begin, opened_at__lt=period.end)
    closed = Q(closed_at__gte=period.begin, closed_at__lt=period.end)
    days = Extract(F("closed_at") - F("opened_at"), "epoch") / Value(86_400.0)
    cases = Case.objects.filter(opened | closed, merged_into=None).aggregate(
        opened=Count("id", filter=opened),
        closed=Count("id", filter=closed),
        median=PercentileCont(days, 0.5, filter=closed),
        p90=PercentileCont(days, 0.9, filter=closed),
    )
    return Casework(
        contacts=found["contacts"],
        first_contacts=found["first"],
        opened=cases["opened"],
        open_to_close=Spread(n=cases["closed"], median=cases["median"], p90=cases["p90"]),
    )


def referrals_in(period: Period) -> list[SentReferral]:
    """Fetch the referrals begun in a period with the moments their figures need."""
    rows = (
        Referral.objects.filter(created_at__gte=period.begin, created_at__lt=period.end)
        .annotate(
            accepted_at=Min("moves__at", filter=Q(moves__kind=MoveKind.ACCEPT)),
            contact_at=Min("moves__at", filter=Q(moves__kind__in=FIRST_CONTACT)),
        )
        .order_by("created_at", "id")
    )
    return [SentReferral(*row) for row in rows.values_list(*SentReferral._fields)]


def overdue_follow_ups() -> int:
    """Count what was promised for a day that has passed, in all cases, now."""
    return FollowUp.objects.overdue().count()


def real_contacts() -> QuerySet[Contact]:
    """Give the contacts in which somebody was talked with."""
    return Contact.objects.exclude(kind__in=[f"{Kind.CONTACT_KIND}:{code}" for code in ONE_PRESS_KINDS])


def _calls(period: Period) -> QuerySet[Call]:
    """Give the calls of a period; one entered by hand and matched counts as the provider's record of it."""
    return Call.objects.filter(offered_at__gte=period.begin, offered_at__lt=period.end, matched=None)


def _timed_calls(period: Period) -> QuerySet[Call]:
    """Add the seconds from the queue (or the greeting, where there was none) to acceptance, else to the end."""
    settled, waiting_since = Coalesce("accepted_at", "ended_at"), Coalesce("queued_at", "offered_at")
    seconds = Extract(settled - waiting_since, "epoch", output_field=FloatField())
    return _calls(period).annotate(seconds=Greatest(seconds, Value(0.0)))
