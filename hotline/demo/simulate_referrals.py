"""Months of referrals in minutes: every day people do what waits for them or do not, and the ladder is climbed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from audit.context import system_actor
from cases.coded.models import Municipality
from cases.record.models import Case
from hotline.demo.referral_functions import Functions
from hotline.demo.referral_staff import Colleague, act, make_case, make_colleague, refer
from referrals.clock import moment
from referrals.clock.ladder import Rung
from referrals.clock.working_days import STOCKHOLM, is_working_day, local_day, working_days_between
from referrals.directory import synthetic
from referrals.referral.models import Move, Referral
from referrals.referral.next_step import Ended, NextStep, NobodyActs, next_step
from referrals.referral.overdue import expire_overdue
from referrals.referral.states import ENDED, MoveKind, Party, State
from referrals.routing.rules import route

CLOCK = system_actor("ladder")
OPENS = time(9)
PER_CASE = 10
COUNSELLORS, SUPERVISORS = 6, 2
DILIGENT, FORGETFUL = 0.9, 0.05
LEFT_AT_THE_END = 0.1
"""The share of the days in which nothing new is referred."""


@dataclass
class Report:
    """What became of every referral, and how often the ladder was climbed."""

    days: int
    referrals: int
    seed: int
    made: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    standing_with: Counter[str] = field(default_factory=Counter)
    unaccounted: list[str] = field(default_factory=list)
    ladder: Counter[str] = field(default_factory=Counter)
    moves: Counter[str] = field(default_factory=Counter)
    tempers: Counter[str] = field(default_factory=Counter)
    bounced: int = 0
    days_to_opening: list[int] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """Give the report as the command prints it."""
        closed, standing = self.outcomes.total(), self.standing_with.total()
        accounted = 100 * (closed + standing) / self.made if self.made else 100.0
        return {
            "days": self.days,
            "referrals": self.referrals,
            "seed": self.seed,
            "made": self.made,
            "closed": closed,
            "standing": standing,
            "accounted_percent": round(accounted, 3),
            "unaccounted": self.unaccounted,
            "outcomes": dict(sorted(self.outcomes.items())),
            "standing_with": dict(sorted(self.standing_with.items())),
            "ladder": dict(sorted(self.ladder.items())),
            "moves": dict(sorted(self.moves.items())),
            "functions": dict(sorted(self.tempers.items())),
            "bounced": self.bounced,
            "working_days_to_opening": _quantiles(self.days_to_opening),
        }


class Simulation:
    """The people, the functions and the calendar of one run.

    The same seed and first day tell nearly the same story: what falls due on one day is taken by random ids.
    """

    def __init__(self, *, days: int, referrals: int, seed: int, first_day: date) -> None:
        self.random = Random(seed)  # noqa: S311 - a repeatable story, not a secret
        self.report = Report(days=days, referrals=referrals, seed=seed)
        self.calendar = [first_day + timedelta(days=number) for number in range(days)]
        self.functions = Functions(self.random)
        self.order: dict[UUID, int] = {}
        self.case: tuple[Colleague, Case]

    def run(self) -> Report:
        """Live through every day, then ask of every referral what comes next."""
        synthetic.load(seed=self.report.seed)
        self.counsellors = [
            make_colleague(
                f"counsellor-{number}", "counsellor", diligence=FORGETFUL if number == 0 else DILIGENT
            )
            for number in range(COUNSELLORS)
        ]
        self.supervisors = [
            make_colleague(f"supervisor-{number}", "supervisor", diligence=DILIGENT)
            for number in range(SUPERVISORS)
        ]
        self.municipalities = list(Municipality.objects.order_by("code"))
        for day, new in zip(self.calendar, self._plan(), strict=True):
            with moment.clock_at(datetime.combine(day, OPENS, STOCKHOLM)):
                self._live(day, new)
        with moment.clock_at(datetime.combine(self.calendar[-1], OPENS, STOCKHOLM)):
            self._count()
        return self.report

    def _plan(self) -> Iterator[int]:
        """Spread the new referrals evenly over the working days, but the last, so that many can end."""
        last = self.calendar[int(len(self.calendar) * (1 - LEFT_AT_THE_END)) - 1]
        wanted = [day for day in self.calendar if is_working_day(day) and day <= last] or self.calendar[:1]
        made = 0
        for day in self.calendar:
            due = self.report.referrals * sum(each <= day for each in wanted) // len(wanted)
            yield due - made
            made = due

    def _live(self, day: date, new: int) -> None:
        self._climb()
        if is_working_day(day) or new:
            for referral in self._waiting():
                self._let_act(referral)
            self._refer(new)

    def _waiting(self) -> list[Referral]:
        """Give the live referrals as the morning finds them, in the order in which they were made."""
        found = Referral.objects.exclude(state__in=ENDED).select_related("contact_point__municipality")
        return sorted(found, key=lambda referral: self.order[referral.pk])

    def _climb(self) -> None:
        """Let the clock look, and count which rungs it climbed."""
        before = dict(Referral.objects.exclude(state__in=ENDED).values_list("pk", "rung"))
        expire_overdue(actor=CLOCK, now=moment.now())
        after = Referral.objects.filter(pk__in=before).values_list("pk", "rung")
        for pk, rung in after:
            if rung > before[pk]:
                self.report.ladder[Rung(rung).name.lower()] += 1

    def _let_act(self, referral: Referral) -> None:
        if referral.next_actor == Party.RECEIVER:
            if self.functions.at(referral.contact_point_id).acts_today(referral.state, self.random):
                self.functions.answer(referral, self.random)
            return
        colleague = self._colleague(referral)
        if colleague.acts_today(self.random):
            act(colleague, referral, self.random)
            self._post(referral)

    def _colleague(self, referral: Referral) -> Colleague:
        if referral.next_actor == Party.SUPERVISOR:
            return self.random.choice(self.supervisors)
        return next(each for each in self.counsellors if each.user.pk == referral.counsellor_id)

    def _post(self, referral: Referral) -> None:
        referral.refresh_from_db(fields=["state", "contact_point"])
        if referral.state == State.SENT:
            self.report.bounced += self.functions.bounce(referral)

    def _refer(self, number: int) -> None:
        for _number in range(number):
            if len(self.order) % PER_CASE == 0:
                colleague = self.random.choice(self.counsellors)
                self.case = colleague, make_case(colleague, moment.now())
            municipality = self.random.choice(self.municipalities)
            point = route(municipality=municipality, on=local_day()).contact_point
            made = refer(*self.case, municipality, point, self.random)
            self.order[made.pk] = len(self.order)

    def _count(self) -> None:
        report = self.report
        for referral in Referral.objects.select_related("contact_point"):
            report.made += 1
            try:
                step = next_step(referral)
            except NobodyActs:
                report.unaccounted.append(referral.reference)
            else:
                self._account(referral, step)
        report.moves = Counter(Move.objects.values_list("kind", flat=True))
        report.tempers = Counter(function.temper.value for function in self.functions.known.values())
        report.days_to_opening = list(_days_to_opening())

    def _account(self, referral: Referral, step: NextStep | Ended) -> None:
        if isinstance(step, Ended):
            self.report.outcomes[step.outcome.value] += 1
        elif step.function:
            self.report.standing_with[step.who.value] += 1
        else:
            self.report.unaccounted.append(referral.reference)


def _days_to_opening() -> Iterator[int]:
    """Give for every opened referral the working days from sending to the first opening."""
    sent: dict[object, date] = {}
    opened: set[object] = set()
    kinds = (MoveKind.SEND, MoveKind.OPEN, MoveKind.TELL_BY_PHONE)
    moves = Move.objects.filter(kind__in=kinds).order_by("at", "number")
    for pk, kind, at in moves.values_list("referral", "kind", "at"):
        if kind == MoveKind.SEND:
            sent.setdefault(pk, local_day(at))
        elif pk in sent and pk not in opened:
            opened.add(pk)
            yield working_days_between(sent[pk], local_day(at))


def _quantiles(days: list[int]) -> dict[str, int]:
    if not days:
        return {}
    ordered = sorted(days)
    return {"median": ordered[len(ordered) // 2], "p90": ordered[len(ordered) * 9 // 10], "most": ordered[-1]}
