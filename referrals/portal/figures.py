"""A function's own figures for the last twelve months: what was sent to it, what it did, what came of it.

What it did is its own work and shown in full. What came of it is about persons, few in one municipality: protected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.actions import Action
from audit.gate import actor_of, requires
from audit.services import Subject, record_durably
from cases.coded.models import CodedValue, Kind
from referrals.access import answered_points, user_of
from referrals.clock.working_days import local_day, working_days_between
from referrals.directory.models import ContactPoint
from referrals.portal.suppression import protect
from referrals.referral.models import Move
from referrals.referral.states import MoveKind, Outcome

PERIOD = timedelta(days=365)
SHOWN = (
    MoveKind.SEND,
    MoveKind.OPEN,
    MoveKind.ACCEPT,
    MoveKind.DECLINE,
    MoveKind.REPORT_CONTACT,
    MoveKind.REPORT_OUTCOME,
)
ARRIVALS = frozenset({MoveKind.SEND, MoveKind.ESCALATE})
REPORTS = frozenset({MoveKind.REPORT_OUTCOME, MoveKind.REPORT_CALLER})


@dataclass(frozen=True)
class Row:
    """One figure; None is withheld."""

    label: str
    count: int | None


@dataclass(frozen=True)
class OwnFigures:
    """What one page shows of one function."""

    point: ContactPoint
    work: list[Row]
    days_to_contact: float | None
    outcomes: list[Row]
    reasons: list[Row]


@requires("referrals.receive")
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Record the look, then show the figures of every function this recipient answers for."""
    points = list(answered_points(user_of(request)))
    for point in points:
        subject = Subject(kind="contact_point", reference=point.reference)
        record_durably(actor=actor_of(request), action=Action.OWN_FIGURES_SEEN, subject=subject)
    context = {"figures": own_figures(points)}
    return render(request, "referrals/portal/figures.html", context)


def own_figures(points: Iterable[ContactPoint]) -> list[OwnFigures]:
    """Count for each function; two queries."""
    reasons = {value.code: value.label for value in CodedValue.objects.filter(kind=Kind.DECLINE_REASON)}
    moves = Move.objects.filter(contact_point__in=points, at__gte=timezone.now() - PERIOD).order_by("number")
    by_point: dict[object, list[Move]] = {}
    for move in moves:
        by_point.setdefault(move.contact_point_id, []).append(move)
    return [_of(point, by_point.get(point.pk, []), reasons) for point in points]


def _of(point: ContactPoint, moves: list[Move], reasons: dict[str, str]) -> OwnFigures:
    kinds = {kind: {move.referral_id for move in moves if move.kind == kind} for kind in MoveKind}
    arrived = kinds[MoveKind.SEND] | kinds[MoveKind.ESCALATE]
    work = [Row(str(kind.label), len(arrived if kind == MoveKind.SEND else kinds[kind])) for kind in SHOWN]
    came = Counter(move.code for move in moves if move.kind in REPORTS and move.code)
    declined = Counter(move.code for move in moves if move.kind == MoveKind.DECLINE)
    return OwnFigures(
        point=point,
        work=work,
        days_to_contact=_days_to_contact(moves),
        outcomes=_rows(came, {outcome.value: str(outcome.label) for outcome in Outcome}),
        reasons=_rows(declined, reasons),
    )


def _rows(counts: Counter[str], labels: dict[str, str]) -> list[Row]:
    protected = protect({code: counts[code] for code in labels})
    return [Row(label, protected[code]) for code, label in labels.items()]


def _days_to_contact(moves: list[Move]) -> float | None:
    """Give the median of working days from arrival to contact; withheld where a few persons make it."""
    came = {move.referral_id: local_day(move.at) for move in reversed(moves) if move.kind in ARRIVALS}
    days = {
        str(move.pk): working_days_between(came[move.referral_id], local_day(move.at))
        for move in moves
        if move.kind == MoveKind.REPORT_CONTACT and move.referral_id in came
    }
    enough = protect({"contacts": len(days)})["contacts"] is not None
    return float(median(days.values())) if days and enough else None
