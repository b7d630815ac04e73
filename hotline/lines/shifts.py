"""The plan of who will answer which line, and where nobody would."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from hotline.lines.hours import plan_of, stretches
from hotline.lines.models import Line, Shift

LONGEST = timedelta(hours=14)
NEXT_WITHIN = timedelta(hours=16)
MIDNIGHT = time(0, 0)


class ShiftRefused(Exception):
    """This shift cannot be planned. `message` says why."""

    message = _("This shift cannot be planned.")


class Overlaps(ShiftRefused):
    """The person is planned at that time already."""

    message = _("This person is planned at that time already.")


class TooLong(ShiftRefused):
    """A shift ends after it begins, within fourteen hours."""

    message = _("A shift ends after it begins, and lasts fourteen hours at most.")


class Passed(ShiftRefused):
    """What has been cannot be planned."""

    message = _("That time has passed.")


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of opening hours for which nobody is planned."""

    line: Line
    starts_at: datetime
    ends_at: datetime


@transaction.atomic
def plan_shift(
    *, actor: Actor, user: User, line: Line, starts_at: datetime, ends_at: datetime, client_id: uuid.UUID
) -> Shift:
    """Plan that somebody answers a line; `client_id` is the form's own, so that two presses plan once.

    Errors: Overlaps, TooLong, Passed.
    """
    if existing := Shift.objects.filter(pk=client_id).first():
        return existing
    if not starts_at < ends_at <= starts_at + LONGEST:
        raise TooLong
    if ends_at <= timezone.now():
        raise Passed
    User.objects.select_for_update().get(pk=user.pk)
    if Shift.objects.filter(
        user=user, cancelled_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at
    ).exists():
        raise Overlaps
    shift = Shift.objects.create(id=client_id, user=user, line=line, starts_at=starts_at, ends_at=ends_at)
    subject = Subject("user", user.username)
    record(
        actor=actor,
        action=Action.SHIFT_PLANNED,
        subject=subject,
        line=line.number,
        begins=starts_at.isoformat(),
    )
    return shift


@transaction.atomic
def cancel_shift(*, actor: Actor, shift: Shift) -> bool:
    """Take a shift out of the plan; pressed twice it is taken out once."""
    cancelled = Shift.objects.filter(pk=shift.pk, cancelled_at=None).update(cancelled_at=timezone.now())
    if cancelled:
        subject = Subject("user", shift.user.username)
        begins = shift.starts_at.isoformat()
        record(
            actor=actor, action=Action.SHIFT_CANCELLED, subject=subject, line=shift.line.number, begins=begins
        )
    return cancelled > 0


def shifts_between(since: datetime, until: datetime) -> QuerySet[Shift]:
    """List the planned shifts that touch a stretch of time, in order."""
    planned = Shift.objects.filter(cancelled_at=None, starts_at__lt=until, ends_at__gt=since)
    return planned.select_related("user", "line").order_by("starts_at", "user__username")


def end_of_shift(user: User, at: datetime) -> datetime | None:
    """Give when somebody's shift ends: the one under way, or the next that begins within sixteen hours."""
    planned = Shift.objects.filter(
        user=user, cancelled_at=None, ends_at__gt=at, starts_at__lte=at + NEXT_WITHIN
    )
    return planned.order_by("starts_at").values_list("ends_at", flat=True).first()


def gaps_on(day: date) -> list[Gap]:
    """List for which opening hours of a day nobody is planned; lines that never close are left to the board."""
    since, until = moment(day, MIDNIGHT), moment(day + timedelta(days=1), MIDNIGHT)
    planned = list(shifts_between(since, until))
    gaps: list[Gap] = []
    for line in Line.objects.filter(mode=Line.Mode.HOURS):
        mine = [(shift.starts_at, shift.ends_at) for shift in planned if shift.line_id == line.pk]
        for opens, closes in stretches(plan_of(line), day):
            ends = until if closes == MIDNIGHT else moment(day, closes)
            gaps += [Gap(line, *stretch) for stretch in uncovered(moment(day, opens), ends, mine)]
    return gaps


def uncovered(
    begins: datetime, ends: datetime, covered: list[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    """Give what of a stretch lies in none of the covered ones."""
    left: list[tuple[datetime, datetime]] = []
    at = begins
    for starts, stops in sorted(covered):
        if starts > at:
            left.append((at, min(starts, ends)))
        at = max(at, stops)
        if at >= ends:
            return left
    return [*left, (at, ends)]


def moment(day: date, at: time) -> datetime:
    """Give the moment that the line's wall clock calls this."""
    return datetime.combine(day, at, tzinfo=ZoneInfo(settings.LINE_TIME_ZONE)).astimezone(UTC)
