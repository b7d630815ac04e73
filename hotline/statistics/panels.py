"""The operational figures: how the line does its work, in full, without places and without content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hotline.statistics import definitions, queries
from hotline.statistics.measures import Share, Spread, spread_of
from hotline.statistics.periods import Period
from hotline.statistics.queries import Calls, SentReferral
from referrals.clock.working_days import local_day, working_days_between
from referrals.referral.states import State

Words = str | Promise


class Unit(models.TextChoices):
    """What a number counts."""

    COUNT = "count", _("count")
    SECONDS = "seconds", _("seconds")
    DAYS = "days", _("days")
    WORKING_DAYS = "working_days", _("working days")


@dataclass(frozen=True)
class Figure:
    """One figure with the sentence that says how it is counted."""

    key: str
    label: Words
    meaning: Words
    value: int | Share | Spread
    unit: Unit = Unit.COUNT


@dataclass(frozen=True)
class Step:
    """One day or week of a period."""

    period: Period
    offered: int
    answered: int


@dataclass(frozen=True)
class Panel:
    """Everything the operational page shows of one period."""

    period: Period
    calls: Calls
    steps: list[Step]
    referral_states: Mapping[State, int]
    sections: list[tuple[Words, list[Figure]]]


def operational_panel(period: Period) -> Panel:
    """Ask for every operational figure of a period; seven statements, however much there is to count."""
    calls = queries.calls_in(period, within_seconds=definitions.service_level_seconds())
    referrals = queries.referrals_in(period)
    states = Counter(State(referral.state) for referral in referrals)
    return Panel(
        period=period,
        calls=calls,
        steps=_steps(period),
        referral_states={state: states[state] for state in State if states[state]},
        sections=[
            (_("Calls"), _call_figures(calls)),
            (_("Call-backs"), _call_back_figures(period, target=definitions.call_back_target())),
            (_("Contacts and cases"), _casework_figures(period)),
            (_("Referrals"), _referral_figures(referrals)),
        ],
    )


def _steps(period: Period) -> list[Step]:
    offered, answered = queries.calls_per_day(period)
    return [
        Step(step, sum(offered[day] for day in step.days), sum(answered[day] for day in step.days))
        for step in period.steps
    ]


def _call_figures(calls: Calls) -> list[Figure]:
    target = {"percent": definitions.service_level_percent(), "seconds": definitions.service_level_seconds()}
    return [
        Figure(
            "answered",
            _("Calls answered"),
            _("Of the calls that came in opening hours and are over."),
            calls.answered,
        ),
        Figure(
            "abandoned",
            _("Calls where the caller hung up"),
            _("Of the calls that came in opening hours and are over."),
            calls.abandoned,
        ),
        Figure(
            "speed_of_answer",
            _("Speed of answer"),
            _("From the queue to the counsellor's acceptance, answered calls."),
            calls.speed,
            Unit.SECONDS,
        ),
        Figure(
            "service_level",
            gettext("Service level %(percent)s/%(seconds)s") % target,
            gettext(
                "Answered within %(seconds)s seconds, of the calls that came in opening hours and are over, without"
                " those who hung up within the same time. The aim is %(percent)s per cent."
            )
            % target,
            calls.service_level,
        ),
        Figure(
            "outside_hours",
            _("Calls outside opening hours"),
            _("Of all calls offered, also those where a call-back was asked for."),
            calls.outside_hours,
        ),
    ]


def _call_back_figures(period: Period, *, target: timedelta) -> list[Figure]:
    found = queries.call_backs_in(period, target=target)
    hours = {"hours": int(target.total_seconds() // 3600)}
    return [
        Figure("call_backs", _("Call-backs asked for"), _("Asked for in the period."), found.asked),
        Figure(
            "call_backs_in_time",
            _("Call-backs within the target"),
            gettext("Of those asked for; the target is %(hours)s hours.") % hours,
            Share(found.reached_in_time, found.asked),
        ),
        Figure(
            "call_backs_late",
            _("Call-backs after the target"),
            _("Of those asked for in the period."),
            found.reached_late,
        ),
        Figure(
            "call_backs_given_up",
            _("Call-backs given up"),
            _("Of those asked for in the period."),
            found.given_up,
        ),
        Figure(
            "call_backs_expired",
            _("Call-backs expired"),
            _("The number was destroyed before anybody reached the caller."),
            found.expired,
        ),
    ]


def _casework_figures(period: Period) -> list[Figure]:
    found = queries.casework_in(period)
    return [
        Figure(
            "contacts",
            _("Contacts"),
            _("Conversations logged, without those logged with one press."),
            found.contacts,
        ),
        Figure(
            "first_contacts",
            _("First contacts"),
            _("No earlier contact in the same case."),
            found.first_contacts,
        ),
        Figure("cases_opened", _("Cases opened"), _("Opened in the period."), found.opened),
        Figure(
            "open_to_close",
            _("From opening to closing"),
            _("Cases closed in the period."),
            found.open_to_close,
            Unit.DAYS,
        ),
        Figure(
            "overdue_follow_ups",
            _("Overdue follow-ups"),
            _("Right now, in all cases, whatever the period."),
            queries.overdue_follow_ups(),
        ),
    ]


def _referral_figures(referrals: list[SentReferral]) -> list[Figure]:
    sent = [referral for referral in referrals if referral.sent_at]
    accepted = sum(referral.accepted_at is not None for referral in sent)
    verified = sum(referral.verified_at is not None for referral in sent)
    return [
        Figure(
            "referrals",
            _("Referrals begun"),
            _("Begun in the period, whatever became of them."),
            len(referrals),
        ),
        Figure("referrals_sent", _("Referrals sent"), _("Of those begun in the period."), len(sent)),
        Figure(
            "referrals_accepted", _("Referrals accepted"), _("Of those sent."), Share(accepted, len(sent))
        ),
        Figure(
            "referrals_verified",
            _("Referrals with verified outcome"),
            _("Of those sent."),
            Share(verified, len(sent)),
        ),
        Figure(
            "first_municipal_contact",
            _("To the first municipal contact"),
            _("From sending to the first contact with the caller that the function reports."),
            spread_of([float(days) for referral in sent if (days := _days_to_contact(referral)) is not None]),
            Unit.WORKING_DAYS,
        ),
    ]


def _days_to_contact(referral: SentReferral) -> int | None:
    sent_at, contact_at = referral.sent_at, referral.contact_at
    if sent_at is None or contact_at is None:
        return None
    return working_days_between(local_day(sent_at), local_day(contact_at))
