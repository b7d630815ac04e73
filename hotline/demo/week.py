"""What the demo's supervisor has done for the week: shifts, news, and visits to municipalities; each by its service."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, time, timedelta
from uuid import uuid4

from django.contrib.auth.models import User
from django.utils import timezone

from cases.coded.models import Municipality
from hotline.demo import wording
from hotline.demo.history import actor_for
from hotline.guidance.services import publish_news
from hotline.lines.models import Line
from hotline.lines.shifts import Passed, moment, plan_shift
from referrals.directory.keeping import note_outreach

DAYS = 7
SATURDAY = 5
LONG_DAY, LATE_DAY, OFFICE = (time(8), time(16)), (time(13), time(21)), (time(9), time(15))


def plan_week(counsellors: Sequence[User], supervisor: User, *, always: Line, office: Line) -> None:
    """Plan a week from today; the last office day is left bare, for the supervisor to see and fill."""
    one, two, three = counsellors
    today = timezone.localdate()
    days = [today + timedelta(days=ahead) for ahead in range(DAYS)]
    bare = max(day for day in days if day.weekday() < SATURDAY)
    for number, day in enumerate(days):
        first, second = (one, two) if number % 2 == 0 else (two, one)
        _plan(supervisor, first, always, day, LONG_DAY)
        if day.weekday() < SATURDAY:
            _plan(supervisor, second, always, day, LATE_DAY)
        if day.weekday() < SATURDAY and day != bare:
            _plan(supervisor, three, office, day, OFFICE)


def tell_news(supervisor: User) -> None:
    """Tell those on duty two things, one since yesterday."""
    today = timezone.localdate()
    for days_ago, text in enumerate(wording.NEWS):
        publish_news(
            actor=actor_for(supervisor),
            user=supervisor,
            text=text,
            first_day=today - timedelta(days=days_ago),
            last_day=today + timedelta(days=4),
            client_id=uuid4(),
        )


def go_out(supervisor: User, municipalities: Sequence[Municipality]) -> None:
    """Note what was done with each municipality: the first has had a meeting, a training and a visit."""
    for number, municipality in enumerate(municipalities):
        for kind, days_ago, about in wording.OUTREACH[number:]:
            note_outreach(
                actor=actor_for(supervisor),
                user=supervisor,
                municipality=municipality,
                kind=kind,
                on=timezone.localdate() - timedelta(days=days_ago + 9 * number),
                about=about,
                client_id=uuid4(),
            )


def _plan(supervisor: User, user: User, line: Line, day: date, hours: tuple[time, time]) -> None:
    begins, ends = hours
    with suppress(Passed):  # the demo may be started in the evening
        plan_shift(
            actor=actor_for(supervisor),
            user=user,
            line=line,
            starts_at=moment(day, begins),
            ends_at=moment(day, ends),
            client_id=uuid4(),
        )
