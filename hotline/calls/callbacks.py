"""Call-backs as callers ask for them: the number is sealed under its own key and destroyed when its time is over."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.record.references import free_reference
from cases.vault import services as vault
from cases.vault.envelope import Binding
from hotline.calls.models import CallBack
from hotline.lines.board import touch_board
from hotline.lines.hours import CALL_BACK_MOST, LinePlan, call_back_expires

State = CallBack.State
MOVES = {
    State.KEYED: {State.REQUESTED, State.EXPIRED},
    State.REQUESTED: {State.CLAIMED, State.EXPIRED},
    State.CLAIMED: {State.REQUESTED, State.ATTEMPTED, State.EXPIRED},
    State.ATTEMPTED: {State.REACHED, State.GIVEN_UP, State.EXPIRED},
    State.REACHED: set(),
    State.GIVEN_UP: set(),
    State.EXPIRED: set(),
}
Unreadable = vault.Unreadable
OPEN = [State.KEYED, State.REQUESTED, State.CLAIMED, State.ATTEMPTED]


class MoveRefused(Exception):
    """The table of moves does not lead from this state to that."""


@dataclass(frozen=True, slots=True)
class Asking:
    """The call in which a call-back is asked for, on which line, and when."""

    call_id: uuid.UUID
    plan: LinePlan | None
    at: datetime
    language: str = ""

    def expires(self) -> datetime:
        """Give the end of the second opening day; a line we do not know gets the most there is."""
        return call_back_expires(self.plan, self.at) if self.plan else self.at + CALL_BACK_MOST


def key_in_number(*, actor: Actor, asking: Asking, number: str) -> CallBack | None:
    """Keep a keyed number until it is confirmed; keyed again, the new one takes its place. None: already asked for."""
    return _store(actor, asking, number, State.KEYED)


def request_call_back(*, actor: Actor, asking: Asking, number: str) -> CallBack | None:
    """Note that the caller wants to be called at this number. Asked twice in one call it is noted once."""
    return _store(actor, asking, number, State.REQUESTED)


@transaction.atomic
def confirm_call_back(*, actor: Actor, asking: Asking) -> bool:
    """Note that the number keyed in was read back and confirmed; says whether there is a call-back."""
    keyed = CallBack.objects.filter(call_id=asking.call_id, state=State.KEYED)
    confirmed = keyed.update(state=State.REQUESTED, requested_at=asking.at, expires_at=asking.expires())
    call_back = CallBack.objects.filter(call_id=asking.call_id, state__in=OPEN).first()
    if confirmed and call_back:
        _record_request(actor, call_back)
    return call_back is not None


@transaction.atomic
def note_wishes(*, actor: Actor, call_id: uuid.UUID, **wishes: str | bool) -> None:
    """Note when the caller wants to be called (`slot`), and whether a number of ours may be seen there."""
    call_back = CallBack.objects.select_for_update(of=("self",)).filter(
        call_id=call_id, state=State.REQUESTED
    )
    for found in call_back:
        CallBack.objects.filter(pk=found.pk).update(**wishes)
        subject = Subject("call_back", found.reference)
        record(actor=actor, action=Action.CALL_BACK_WISHES_NOTED, subject=subject, **wishes)
        touch_board()


@transaction.atomic
def expire_call_backs(*, actor: Actor, at: datetime) -> int:
    """Destroy every number whose time is over; the call-back stays, without it, for the supervisor's list."""
    due = CallBack.objects.select_for_update(of=("self",)).filter(state__in=OPEN, expires_at__lte=at)
    for call_back in due:
        subject, was = Subject("call_back", call_back.reference), call_back.state
        end_call_back(actor=actor, call_back=call_back, state=State.EXPIRED, at=at)
        record(actor=actor, action=Action.CALL_BACK_EXPIRED, subject=subject, was=was)
    return len(due)


@transaction.atomic
def end_call_back(*, actor: Actor, call_back: CallBack, state: CallBack.State, at: datetime) -> None:
    """Destroy the number at once: reached, given up and expired are the same to it. The row is locked by who asks."""
    subject = Subject("call_back", call_back.reference)
    vault.destroy_keys(actor=actor, owner=_owner(call_back.id), reason=state.value, subject=subject)
    move(call_back, state)
    call_back.ended_at = at
    call_back.number_sealed = call_back.key = None
    call_back.save(update_fields=["state", "ended_at", "number_sealed", "key", "given_up_because"])
    touch_board()


def move(call_back: CallBack, to: CallBack.State) -> None:
    """Set the next state, which the table of moves allows; who asks saves and records. Errors: MoveRefused."""
    if to not in MOVES[State(call_back.state)] | {State(call_back.state)}:
        raise MoveRefused
    call_back.state = to


def number_of(call_back: CallBack) -> str:
    """Open the number, to connect the call-back. The caller of this records that it was opened.

    Errors: cases.vault Unreadable.
    """
    if call_back.key is None or call_back.number_sealed is None:
        raise vault.Unreadable
    binding = _binding(call_back.id, call_back.version)
    return vault.unseal(bytes(call_back.number_sealed), key=call_back.key, binding=binding)


def _store(actor: Actor, asking: Asking, number: str, state: CallBack.State) -> CallBack | None:
    """Make the key first, committed on its own, then the row: a crash leaves an orphan key, never a row without one."""
    existing = CallBack.objects.filter(call_id=asking.call_id).first()
    if existing and existing.state != State.KEYED:
        return None
    made = existing.id if existing else uuid.uuid4()
    version = existing.version + 1 if existing else 1
    owner = _owner(made)
    key = existing.key if existing and existing.key else vault.create_key(owner=owner, purpose="callbacks")
    sealed = vault.seal(number, key=key, binding=_binding(made, version))
    values = {"number_sealed": sealed, "key": key, "version": version, "state": state} | _times(asking)
    with transaction.atomic():
        return _write(actor, asking, made, values)


def _write(actor: Actor, asking: Asking, made: uuid.UUID, values: dict[str, object]) -> CallBack:
    first = {"call_id": asking.call_id, "reference": free_reference("B", _taken)}
    spoken = asking.language or (asking.plan.language if asking.plan else "")
    language = {"language": spoken} if spoken else {}
    call_back, _created = CallBack.objects.update_or_create(
        id=made, defaults=values, create_defaults=values | first | language
    )
    if call_back.state == State.REQUESTED:
        _record_request(actor, call_back)
    return call_back


def _taken(references: set[str]) -> Iterable[str]:
    return CallBack.objects.filter(reference__in=references).values_list("reference", flat=True)


def _times(asking: Asking) -> dict[str, object]:
    return {"requested_at": asking.at, "expires_at": asking.expires()}


def _record_request(actor: Actor, call_back: CallBack) -> None:
    subject = Subject("call_back", call_back.reference)
    record(actor=actor, action=Action.CALL_BACK_REQUESTED, subject=subject)
    touch_board()


def _owner(call_back: uuid.UUID) -> vault.Owner:
    return vault.Owner("callback", call_back)


def _binding(call_back: uuid.UUID, version: int) -> Binding:
    return Binding(model="hotline.CallBack", field="number", record=call_back, version=version)
