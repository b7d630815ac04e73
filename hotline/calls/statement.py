"""The one statement by which an event becomes part of its call: merged, noted, counted and shown in a single trip.

`old.` and `new.` in RETURNING need PostgreSQL 18. The merge happens for duplicates too, which the rules make harmless.
"""

from typing import Any

from hotline.calls.fold import RULES, Rule
from hotline.calls.minimise import Minimised
from hotline.telephony.events import Kind

_LINE = "(SELECT id FROM hotline_line WHERE number = %(line_number)s)"
_ACCEPTED_BY = "(SELECT user_id FROM hotline_duty WHERE id = %(accepting_duty)s)"
_OTHER_PRINT = """(c.fingerprint IS NULL
    OR (excluded.fingerprint_period, excluded.fingerprint) < (c.fingerprint_period, c.fingerprint))"""
# Only now can the caller be looked for in the period before: the answer is a number, and no period is tied to another.
_BEFORE = """CASE WHEN %(before)s::bytea IS NOT NULL THEN
    (SELECT count(*) FROM hotline_call e WHERE e.fingerprint = %(before)s AND e.call_key <> %(call_key)s) END"""
_FACTS = tuple(name for name in RULES if name != "line_id")


def _merged(name: str, rule: Rule) -> str:
    if rule is Rule.EITHER:
        return f"{name} = c.{name} OR excluded.{name}"
    return f"{name} = {rule.value}(c.{name}, excluded.{name})"


# A call is offered once: were its reference another call's, nobody would ask us again.
_REFERENCE = """CASE WHEN EXISTS (SELECT FROM hotline_call t WHERE t.reference = %(reference)s)
    THEN %(spare_reference)s ELSE %(reference)s END"""


# Only names from the table of rules are put into the text; every value is a parameter.
_INSERT_CALL = f"""
INSERT INTO hotline_call AS c (id, reference, provider, call_key, line_id, {", ".join(_FACTS)},
                               accepted_by_id, fingerprint, fingerprint_period, calls_before,
                               settled_because)
VALUES (%(id)s, {_REFERENCE}, %(provider)s, %(call_key)s, {_LINE}, {", ".join(f"%({name})s" for name in _FACTS)},
        {_ACCEPTED_BY}, %(fingerprint)s, %(fingerprint_period)s, {_BEFORE}, '')
ON CONFLICT (call_key) DO UPDATE SET {", ".join(_merged(name, rule) for name, rule in RULES.items())},
    accepted_by_id = CASE
        WHEN c.accepted_at IS NULL OR excluded.accepted_at < c.accepted_at THEN excluded.accepted_by_id
        WHEN excluded.accepted_at = c.accepted_at THEN LEAST(c.accepted_by_id, excluded.accepted_by_id)
        ELSE c.accepted_by_id END,
    fingerprint_period = CASE WHEN {_OTHER_PRINT} THEN excluded.fingerprint_period ELSE c.fingerprint_period END,
    fingerprint = CASE WHEN {_OTHER_PRINT} THEN excluded.fingerprint ELSE c.fingerprint END,
    calls_before = GREATEST(c.calls_before, excluded.calls_before)
RETURNING new.id, new.reference, new.state, new.outcome, new.accepted_at IS NOT NULL AS accepted,
          old.id IS NULL AS created, old.outcome AS outcome_before
"""  # noqa: S608
INGEST = f"""
WITH folded AS ({_INSERT_CALL}),
noted AS (
    INSERT INTO hotline_callevent (id, event_key, call_id, kind, at, received_at, duty_id, cause)
    SELECT %(event_id)s::uuid, %(event_key)s::bytea, folded.id, %(kind)s::text, %(offered_at)s::timestamptz,
           %(received_at)s::timestamptz, (SELECT id FROM hotline_duty WHERE id = %(duty)s), %(cause)s::text
    FROM folded ON CONFLICT (event_key) DO NOTHING RETURNING 1
),
shown AS (
    INSERT INTO hotline_boardpending (at) SELECT now() WHERE EXISTS (SELECT FROM noted)
),
counted AS (
    INSERT INTO hotline_intakecount (day, kind, n)
    SELECT %(day)s::date, 'duplicate', 1 WHERE NOT EXISTS (SELECT FROM noted)
    ON CONFLICT (day, kind) DO UPDATE SET n = hotline_intakecount.n + 1
)
SELECT id, reference, state, outcome, accepted, created, outcome_before, NOT EXISTS (SELECT FROM noted) FROM folded
"""  # noqa: S608


def parameters(event: Minimised) -> dict[str, Any]:
    """Give what the statement takes from a minimised event."""
    facts = event.facts
    return {name: getattr(facts, name) for name in _FACTS} | {
        "event_key": event.event_key,
        "call_key": event.call_key,
        "provider": event.provider,
        "kind": event.kind.value,
        "received_at": event.received_at,
        "line_number": event.line_number,
        "duty": event.duty,
        "accepting_duty": event.duty if event.kind is Kind.ACCEPTED else None,
        "cause": event.cause,
        "fingerprint": facts.fingerprint,
        "fingerprint_period": facts.fingerprint_period,
    }
