"""The one door into the trail: an entry and its place in the queue for sealing, in a single statement."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from psycopg.types.json import Jsonb

from audit import encoding
from audit.actions import Action
from audit.context import Actor, current_request_id
from audit.encoding import Body, Fact

_INSERT = """
WITH entry AS (
    INSERT INTO audit_entry (id, at, action, actor_label, actor_role, request_id,
                             subject_kind, subject_reference, facts, encoding, mac)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
)
INSERT INTO audit_pending (entry_id) SELECT id FROM entry
"""


class RecordOutsideTransaction(RuntimeError):
    """What is recorded belongs in the transaction of what was done; there is none here."""


@dataclass(frozen=True)
class Subject:
    """What an entry is about: `case`, `call`, `referral` … and the staff's reference to it, never content."""

    kind: str
    reference: str


_NOTHING = Subject(kind="", reference="")


def record(*, actor: Actor, action: Action, subject: Subject | None = None, **facts: Fact) -> uuid.UUID:
    """Record in the caller's transaction, so that the act and its trace stand or fall together."""
    if not connection.in_atomic_block:
        raise RecordOutsideTransaction
    body = _compose(actor, action, subject or _NOTHING, facts)
    encoded = encoding.encode(body)
    mac = encoding.entry_mac(encoded, key=settings.AUDIT_MAC_KEY_BYTES)
    row = vars(body) | {"facts": Jsonb(body.facts), "encoding": encoding.VERSION, "mac": mac}
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, list(row.values()))
    return body.id


def record_durably(
    *, actor: Actor, action: Action, subject: Subject | None = None, **facts: Fact
) -> uuid.UUID:
    """Record a look or a refusal, committed before anything is shown; refused inside a caller's transaction."""
    with transaction.atomic(durable=True):
        return record(actor=actor, action=action, subject=subject, **facts)


def _compose(actor: Actor, action: Action, subject: Subject, facts: dict[str, Fact]) -> Body:
    return Body(
        id=uuid.uuid4(),
        at=timezone.now(),
        action=action.value,
        actor_label=actor.label,
        actor_role=actor.role,
        request_id=current_request_id(),
        subject_kind=subject.kind,
        subject_reference=subject.reference,
        facts=facts,
    )
