"""Take an event in: one statement, the trail's entries where something is new, and nothing that says who called."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.record.references import new_reference
from hotline.calls.minimise import Minimised, minimise, print_before
from hotline.calls.models import IntakeCount
from hotline.calls.statement import INGEST, parameters
from hotline.lines import duty
from hotline.lines.hours import find_plan, is_open
from hotline.telephony.events import CallEvent, Kind

_COUNT = """
INSERT INTO hotline_intakecount (day, kind, n) VALUES (%s, %s, %s)
ON CONFLICT (day, kind) DO UPDATE SET n = hotline_intakecount.n + excluded.n
"""


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of an event. `call_id` is our own id of the call, never the provider's."""

    call_id: uuid.UUID
    call_reference: str
    state: str
    outcome: str | None
    accepted: bool
    created: bool
    outcome_before: str | None
    duplicate: bool


def ingest_event(event: CallEvent, *, received_at: datetime) -> Ingested:
    """Fold an event into its call; a second delivery changes nothing. The caller's number ends here."""
    return ingest_minimised(minimise(event, received_at=received_at), before=print_before(event))


@transaction.atomic(savepoint=False)
def ingest_minimised(event: Minimised, *, before: bytes | None = None) -> Ingested:
    """Fold an event that has no number in it any more; the spool's way in, where nobody can look `before` any more."""
    with connection.cursor() as cursor:
        cursor.execute(INGEST, parameters(_with_hours(event)) | _new_row(event) | {"before": before})
        ingested = Ingested(*cursor.fetchone())
    _record(event, ingested)
    if event.facts.ended_at:
        duty.release_call(event.call_key, at=event.received_at)
    return ingested


def count_intake(kind: IntakeCount.Kind, *, day: date | None = None, times: int = 1) -> None:
    """Count deliveries that were acknowledged and changed no call."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [day or timezone.localdate(), kind.value, times])


def _with_hours(event: Minimised) -> Minimised:
    """Judge the opening hours by when the call came, not by when we got round to it."""
    plan = find_plan(event.line_number) if event.kind is Kind.OFFERED else None
    if plan is None or is_open(plan, event.facts.offered_at):
        return event
    return replace(event, facts=replace(event.facts, outside_hours=True))


def _new_row(event: Minimised) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "event_id": uuid.uuid4(),
        "reference": new_reference("S"),
        "spare_reference": new_reference("S"),
        "day": timezone.localdate(event.received_at),
    }


def _record(event: Minimised, ingested: Ingested) -> None:
    actor = Actor(label=f"provider:{event.provider}", role="provider")
    subject = Subject("call", ingested.call_reference)
    if ingested.created:
        record(actor=actor, action=Action.CALL_OFFERED, subject=subject, line=event.line_number)
    if ingested.outcome and ingested.outcome != ingested.outcome_before:
        record(actor=actor, action=Action.CALL_OUTCOME, subject=subject, outcome=ingested.outcome)
