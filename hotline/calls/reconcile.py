"""Compare our calls with the provider's record of them, repair what can be repaired, and name every difference.

The provider's id of a call is not stored. It is listed, made into the call's key again, and forgotten; that a call was
found on the record is an event of its own, so that a second comparison has nothing left to do for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.vault import pseudonyms
from hotline.calls.intake import Ingested, ingest_event
from hotline.calls.minimise import LATE_AT_MOST
from hotline.calls.models import Call, Gap, Reconciliation
from hotline.calls.models import CallEvent as Noted
from hotline.lines.models import Line
from hotline.telephony.api import CallRecord, ProviderApi, Status
from hotline.telephony.events import CallEvent, Kind

ENDPOINT = "reconciliation"
MARGIN = timedelta(hours=1)  # the two clocks differ, and a call may begin at the edge
WINDOW_AT_MOST = LATE_AT_MOST - MARGIN  # of what is older the intake no longer believes the times
BATCH = 500
FAILED = frozenset({Status.BUSY, Status.FAILED})


class WindowTooLong(Exception):
    """Only calls of the last seven days can be compared: choose a later beginning."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared: the calls on these lines at this provider, from when until when."""

    provider: str
    lines: Sequence[Line]
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What we know of a call that the provider lists; of one we never heard of, nothing."""

    is_known: bool = False
    was_offered: bool = False
    has_ended: bool = False
    is_on_record: bool = False


def reconcile(
    *, actor: Actor, comparison: Comparison, api: ProviderApi, delete_ended_before: datetime | None = None
) -> Reconciliation:
    """Compare and repair; where both agree then, delete the provider's records of calls that ended before that moment.

    Safe to run again, and to go on with after it was cut off. Errors: WindowTooLong, and those of the interface.
    """
    now = timezone.now()
    if comparison.since < now - WINDOW_AT_MOST:
        raise WindowTooLong
    listed = _list(comparison, api, asked_at=now)
    made = Reconciliation.objects.create(
        provider=comparison.provider, since=comparison.since, until=comparison.until, at=now
    )
    over = {key: each for key, each in listed.items() if each.is_over and _began_within(each, comparison)}
    repaired = sum(_repair(actor, made, each, known) for each, known in _with_what_we_know(over))
    extra = _name_extra(actor, made, comparison, listed)
    _close(actor, made, listed=len(over), repaired=repaired, extra=extra)
    if delete_ended_before and made.is_whole:
        from_us = {each.call_id: each for each in _made(comparison, api) if each.is_over}
        found = [*over.values(), *from_us.values()]
        _delete(actor, made, api, [each for each in found if _end_of(each) < delete_ended_before])
    return made


def agree(*, comparison: Comparison, api: ProviderApi) -> bool:
    """Say whether both know the same calls, and change nothing. Errors: those of the interface."""
    now = timezone.now()
    listed = _list(comparison, api, asked_at=now)
    within = [key for key, each in listed.items() if _began_within(each, comparison)]
    known = Call.objects.filter(call_key__in=within).count()
    return known == len(within) and not _extra(comparison, listed, asked_at=now)


def _list(comparison: Comparison, api: ProviderApi, *, asked_at: datetime) -> dict[bytes, CallRecord]:
    """Ask for a little more than is compared: whoever is near an edge is known to the provider all the same."""
    until = max(comparison.until, asked_at) + MARGIN
    return {
        pseudonyms.call_key(comparison.provider, each.call_id): each
        for line in comparison.lines
        for each in api.list_calls(line_number=line.number, since=comparison.since - MARGIN, until=until)
    }


def _made(comparison: Comparison, api: ProviderApi) -> Iterator[CallRecord]:
    """List what was rung from the lines, whose records name a caller, or a counsellor's phone, just as well."""
    for line in comparison.lines:
        yield from api.list_calls_made(
            line_number=line.number, since=comparison.since, until=comparison.until
        )


def _with_what_we_know(over: Mapping[bytes, CallRecord]) -> Iterator[tuple[CallRecord, Known]]:
    keys = list(over)
    for first in range(0, len(keys), BATCH):
        batch = keys[first : first + BATCH]
        known = _known(batch)
        for key in batch:
            yield over[key], known.get(key, Known())


def _known(keys: Sequence[bytes]) -> dict[bytes, Known]:
    on_record = Noted.objects.filter(call=OuterRef("pk"), kind=Kind.ON_RECORD.value)
    calls = Call.objects.filter(call_key__in=keys).annotate(on_record=Exists(on_record))
    rows = calls.values_list("call_key", "line", "ended_at", "on_record")
    return {
        bytes(key): Known(
            is_known=True, was_offered=bool(line), has_ended=ended is not None, is_on_record=on_record
        )
        for key, line, ended, on_record in rows
    }


@transaction.atomic
def _repair(actor: Actor, made: Reconciliation, found: CallRecord, known: Known) -> bool:
    """Add what the record tells, and name the gap where there was one; says whether there was."""
    if known.is_on_record:
        return False
    if not known.was_offered:
        _ingest(_offered(found, made.provider, failed=not known.is_known))
    ingested = _ingest(_on_record(found, made.provider))
    if known.has_ended:
        return False
    kind = Gap.Kind.OPEN if known.is_known else Gap.Kind.MISSING
    _name(actor, made, Call(pk=ingested.call_id, reference=ingested.call_reference), kind, is_repaired=True)
    return True


def _offered(found: CallRecord, provider: str, *, failed: bool) -> CallEvent:
    """Tell of a call whose coming in never reached us; of one we know nothing else of, it failed."""
    return CallEvent(
        provider=provider,
        call_id=found.call_id,
        kind=Kind.OFFERED,
        endpoint=ENDPOINT,
        at=found.started_at,
        caller=found.caller,
        withheld=found.withheld,
        line_number=found.line_number,
        failed=failed,
    )


def _on_record(found: CallRecord, provider: str) -> CallEvent:
    """Tell of a call's end as the record has it: what a status callback says that never came."""
    return CallEvent(
        provider=provider,
        call_id=found.call_id,
        kind=Kind.ON_RECORD,
        endpoint=ENDPOINT,
        at=_end_of(found),
        line_number=found.line_number,
        cause=found.status.value,
        ended=True,
        failed=found.status in FAILED,
        duration_s=found.duration_s,
    )


def _ingest(event: CallEvent) -> Ingested:
    return ingest_event(event, received_at=timezone.now())


def _name_extra(
    actor: Actor, made: Reconciliation, comparison: Comparison, listed: Mapping[bytes, CallRecord]
) -> int:
    """Name our calls that the provider does not list, and never did; they are not touched."""
    extra = _extra(comparison, listed, asked_at=made.at)
    with transaction.atomic():
        for call in extra:
            _name(actor, made, call, Gap.Kind.EXTRA, is_repaired=False)
    return len(extra)


def _extra(comparison: Comparison, listed: Mapping[bytes, CallRecord], *, asked_at: datetime) -> list[Call]:
    """List our calls that came before we asked and are not listed; entered by hand, they have no record there."""
    ours = Call.objects.filter(
        ~Exists(Noted.objects.filter(call=OuterRef("pk"), kind=Kind.ON_RECORD.value)),
        Q(offered_at__gte=comparison.since, offered_at__lt=min(comparison.until, asked_at)),
        provider=comparison.provider,
        line__in=comparison.lines,
        entered_by=None,
    )
    return [call for call in ours.only("reference", "call_key") if bytes(call.call_key) not in listed]


def _name(actor: Actor, made: Reconciliation, call: Call, kind: Gap.Kind, *, is_repaired: bool) -> None:
    Gap.objects.create(found_in=made, call_id=call.pk, kind=kind, is_repaired=is_repaired)
    subject = Subject("call", call.reference)
    record(actor=actor, action=Action.GAP_FOUND, subject=subject, kind=kind.value, repaired=is_repaired)


@transaction.atomic
def _close(actor: Actor, made: Reconciliation, *, listed: int, repaired: int, extra: int) -> None:
    made.listed, made.repaired, made.is_whole = listed, repaired, extra == 0
    made.save(update_fields=["listed", "repaired", "is_whole"])
    record(
        actor=actor,
        action=Action.CALLS_RECONCILED,
        subject=_subject(made),
        listed=listed,
        repaired=repaired,
        extra=extra,
    )


def _delete(actor: Actor, made: Reconciliation, api: ProviderApi, found: Sequence[CallRecord]) -> None:
    """Delete one after the other; what was deleted is said even where the provider breaks off."""
    deleted = 0
    try:
        for each in found:
            deleted += api.delete_call(each.call_id)
    finally:
        with transaction.atomic():
            made.deleted = deleted
            made.save(update_fields=["deleted"])
            record(
                actor=actor, action=Action.PROVIDER_RECORDS_DELETED, subject=_subject(made), records=deleted
            )


def _subject(made: Reconciliation) -> Subject:
    return Subject("reconciliation", str(made.pk))


def _began_within(found: CallRecord, comparison: Comparison) -> bool:
    return found.started_at is not None and comparison.since <= found.started_at < comparison.until


def _end_of(found: CallRecord) -> datetime:
    """Give the end, or the latest moment known; a record of a call that is over always has a beginning."""
    began = found.started_at or timezone.now()
    return found.ended_at or began + timedelta(seconds=found.duration_s or 0)
