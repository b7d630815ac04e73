"""Addresses of our own steps: what is written into them comes back signed, so that no step reads a session."""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from hotline.telephony.errors import Malformed
from hotline.telephony.events import CallBackPart, Place, Step

MAX_NUMBER = 7 * 24 * 3600
MAX_ROUND = 1000  # what counts rounds in the database is a small number
FIRST_PROVIDER = "twilio"


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of our own steps for one provider, below the public address that providers call.

    `in_path` is the secret that the addresses of a provider carry who signs nothing.
    """

    base: str
    provider: str = FIRST_PROVIDER
    in_path: str = field(default="", repr=False)

    def url(self, step: Step, place: Place) -> str:
        """Give the address of a step, with the place the call has come to."""
        fields = {
            "r": place.round,
            "w": place.waited_s,
            "n": place.turn,
            "part": "" if place.part is CallBackPart.OFFER else place.part.value,
            "d": place.duty or "",
            "l": place.language,
            "a": place.attempt or "",
            "s": place.since,
            "b": place.box,
        }
        query = urlencode({name: value for name, value in fields.items() if value})
        where = f"{self.provider}/{self.in_path}" if self.in_path else self.provider
        return f"{self.base}/webhooks/{where}/{step.value}/" + (f"?{query}" if query else "")


def read_place(query: str) -> Place:
    """Read back what we ourselves wrote into the address; anything else is Malformed."""
    try:
        fields = dict(parse_qsl(query, max_num_fields=20))
        return Place(
            round=min(small_number(fields.get("r", "0")), MAX_ROUND),
            waited_s=small_number(fields.get("w", "0")),
            turn=small_number(fields.get("n", "0")),
            part=CallBackPart(fields.get("part", CallBackPart.OFFER)),
            duty=UUID(fields["d"]) if "d" in fields else None,
            language=_language(fields.get("l", "")),
            attempt=UUID(fields["a"]) if "a" in fields else None,
            since=_moment(fields.get("s", "0")),
            box=_box(fields.get("b", "")),
        )
    except ValueError:
        raise Malformed from None


def _language(text: str) -> str:
    if not re.fullmatch(r"([a-z]{2})?", text):
        raise ValueError
    return text


def _box(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", text):
        raise ValueError
    return text


def _moment(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,10}", text):
        raise ValueError
    return int(text)


def small_number(text: str) -> int:
    """Read a count or a number of seconds; ValueError beyond a week."""
    if not re.fullmatch(r"[0-9]{1,7}", text) or int(text) > MAX_NUMBER:
        raise ValueError
    return int(text)
