"""A call-back asked for while no database could be written: the number waits in a box that only the worker opens."""

import base64
from dataclasses import dataclass

from django.conf import settings

from audit.context import Actor
from cases.vault import boxes, pseudonyms
from cases.vault.boxes import BoxRefused
from hotline.calls import callbacks
from hotline.calls.callbacks import Asking
from hotline.calls.intake import ingest_minimised
from hotline.calls.minimise import Minimised
from hotline.calls.models import CallEvent
from hotline.lines.hours import find_plan

PADDED = 16  # a box's length does not tell that of the number in it


class NoKey(Exception):
    """This process does not have the key that opens boxes, or that closes them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What waits beside the event. Without a box, a number that was keyed in before is what was confirmed."""

    box: bytes = b""
    language: str = ""


def box_for(number: str, *, provider: str, call_id: str) -> bytes:
    """Seal a number for the worker, bound to its call.

    Errors: NoKey.
    """
    if settings.SPOOL_PUBLIC_KEY_BYTES is None:
        raise NoKey
    place = _place(pseudonyms.call_key(provider, call_id))
    return boxes.close_box(
        number.ljust(PADDED).encode(), public_key=settings.SPOOL_PUBLIC_KEY_BYTES, place=place
    )


def as_text(box: bytes) -> str:
    """Write a box so that it can travel in an address."""
    return base64.urlsafe_b64encode(box).decode().rstrip("=")


def from_text(text: str) -> bytes:
    """Read a box from an address; what is none gives one that does not open."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""


def take_in(event: Minimised, asked: Asked) -> None:
    """Note the call-back that waited; a second time changes nothing.

    Errors: NoKey, BoxRefused, and the databases' own: then it goes on waiting.
    """
    actor = Actor(label=f"provider:{event.provider}", role="provider")
    known = CallEvent.objects.filter(event_key=event.event_key).values_list("call_id", flat=True).first()
    call_id = known or ingest_minimised(event).call_id
    asking = Asking(call_id=call_id, plan=find_plan(event.line_number), at=event.received_at)
    if asked.box:
        callbacks.request_call_back(actor=actor, asking=asking, number=_opened(event, asked))
    else:
        callbacks.confirm_call_back(actor=actor, asking=asking)


def _opened(event: Minimised, asked: Asked) -> str:
    if settings.SPOOL_PRIVATE_KEY_BYTES is None:
        raise NoKey
    opened = boxes.open_box(
        asked.box, private_key=settings.SPOOL_PRIVATE_KEY_BYTES, place=_place(event.call_key)
    )
    return opened.decode().strip()


def _place(call_key: bytes) -> bytes:
    return b"call-back number of a call" + call_key


__all__ = ["Asked", "BoxRefused", "NoKey", "as_text", "box_for", "from_text", "take_in"]
