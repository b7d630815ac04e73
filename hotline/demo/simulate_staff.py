"""Somebody to ring: keeps the simulated counsellors on duty, and leaves duty as it was found."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet

from audit.context import system_actor
from hotline.lines import duty
from hotline.lines.models import Duty, DutyEndpoint, Line

ACTOR = system_actor("simulator")


class Staff:
    """Those who are rung: whoever is on duty on the line, or, if nobody is, everybody with a telephone."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.languages = list(dict.fromkeys([line.language, *line.other_languages]))
        self.before = list(_on_duty(line))
        self.people = self.before or list(_with_telephone())

    def ready(self, at: datetime | None = None) -> None:
        """Bring them back once none is free: unanswered rings end a duty, and the next caller wants to be answered."""
        free = Duty.objects.filter(line=self.line, until=None, state=Duty.State.FREE)
        if not free.filter(languages__contains=self.languages).exists():
            for person in self.people:
                duty.go_on_duty(actor=ACTOR, user=person, line=self.line, languages=self.languages, at=at)

    def restore(self) -> None:
        """Leave on duty who was on duty before, and nobody else."""
        now = set(_on_duty(self.line))
        for person in set(self.before) - now:
            duty.go_on_duty(actor=ACTOR, user=person, line=self.line, languages=self.languages)
        for person in now - set(self.before):
            duty.go_off_duty(actor=ACTOR, user=person)


@contextmanager
def staffed(line: Line) -> Iterator[Staff]:
    """Keep the line staffed for a while."""
    staff = Staff(line)
    try:
        yield staff
    finally:
        staff.restore()


def _on_duty(line: Line) -> QuerySet[User]:
    return User.objects.filter(duties__line=line, duties__until=None, is_active=True).order_by("pk")


def _with_telephone() -> QuerySet[User]:
    """List whoever can be rung and is not on duty elsewhere."""
    busy = Duty.objects.filter(until=None).values("user")
    endpoints = DutyEndpoint.objects.filter(retired_at=None).values("user")
    return User.objects.filter(pk__in=endpoints, is_active=True).exclude(pk__in=busy).order_by("pk")
