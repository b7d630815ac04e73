"""A turn of a call as it is being served, and what is taken in because of our own decisions."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from audit.context import Actor
from cases.vault import pseudonyms
from hotline.calls.intake import Ingested, ingest_event
from hotline.lines import flow
from hotline.lines.duty import Claim
from hotline.lines.hours import LinePlan, find_plan
from hotline.telephony.events import CallEvent, Kind, Place, Turn


@dataclass(frozen=True)
class Moment:
    """A turn as it is being served: when, on which line, and what the intake made of it."""

    turn: Turn
    at: datetime
    ingested: Ingested | None

    @cached_property
    def plan(self) -> LinePlan | None:
        """Give the line that was called, read when first needed: a status callback needs none."""
        return find_plan(self.turn.line_number)

    @property
    def place(self) -> Place:
        """Give where the call stands."""
        return self.turn.place

    @property
    def language(self) -> str:
        """Give the language in which the caller is spoken to and answered."""
        return flow.language_of(self.plan, self.place)

    @property
    def withheld(self) -> bool:
        """Tell whether there is no number to call back."""
        return not self.turn.caller

    @cached_property
    def claim(self) -> Claim:
        """Give what a counsellor is claimed for."""
        return Claim(pseudonyms.call_key(self.turn.provider, self.turn.call_id), self.turn.place.round)

    @property
    def actor(self) -> Actor:
        """Attribute what the caller does to the provider that told us."""
        return Actor(label=f"provider:{self.turn.provider}", role="provider")


def ingest_own(moment: Moment, kind: Kind, **facts: Any) -> None:
    """Take in what follows from our own decision, under the same call."""
    turn = moment.turn
    event = CallEvent(
        provider=turn.provider,
        call_id=turn.call_id,
        kind=kind,
        endpoint=turn.step.value,
        mark="ours",
        line_number=turn.line_number,
        **facts,
    )
    ingest_event(event, received_at=moment.at)


def in_language_chosen(moment: Moment) -> Place:
    """Note the language whose key was pressed, and let it travel on."""
    chosen = flow.language_chosen(moment.plan, moment.turn.digits)
    if not chosen:
        return moment.place
    ingest_own(moment, Kind.IN_MENU, language=chosen)
    return replace(moment.place, language=chosen)
