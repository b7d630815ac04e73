"""What the simulated provider has beside the call itself: its callbacks, and the counsellor's phone that it rings."""

from dataclasses import dataclass
from email.utils import format_datetime
from typing import Protocol
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from hotline.demo.simulate_transport import Form, SimulationStopped, Transport

WORDS_PER_SECOND = 2


class Callbacks(Protocol):
    """Takes status callbacks, which the network may double, delay and turn round."""

    def send(self, url: str, form: Form) -> None:
        """Deliver, now or later."""


@dataclass(frozen=True, slots=True)
class Provider:
    """What is the same for every call of a run."""

    transport: Transport
    callbacks: Callbacks
    account: str
    public: str
    open_line: str
    closed_line: str


@dataclass(slots=True)
class Leg:
    """The counsellor's phone while it is rung."""

    provider: Provider
    parent: str
    number: ET.Element
    caller_id: str
    sid: str
    sequence: int = 0

    def tell(self, status: str, fields: Form | None = None) -> None:
        """Send a leg's status callback."""
        self.sequence += 1
        told = {
            "CallStatus": status,
            "SequenceNumber": str(self.sequence),
            "CallbackSource": "call-progress-events",
            "Timestamp": format_datetime(self.provider.transport.now()),
        }
        url = self.number.get("statusCallback", "")
        self.provider.callbacks.send(url, self._form(told | (fields or {})))

    def screen(self, fields: Form) -> ET.Element:
        """Ask what the one who picked up hears."""
        return fetch(self.provider.transport, self.number.get("url", ""), self._form(fields))

    def press(self, url: str, digits: str) -> None:
        """Press keys; an answer without verbs connects."""
        answer = fetch(self.provider.transport, url, self._form({"Digits": digits}))
        if len(answer):
            raise SimulationStopped

    def _form(self, fields: Form) -> Form:
        return {
            "AccountSid": self.provider.account,
            "ApiVersion": "2010-04-01",
            "CallSid": self.sid,
            "ParentCallSid": self.parent,
            "CallStatus": "in-progress",
            "Called": self.number.text or "",
            "Caller": self.caller_id,
            "Direction": "outbound-dial",
            "From": self.caller_id,
            "To": self.number.text or "",
        } | fields


def fetch(transport: Transport, url: str, form: Form) -> ET.Element:
    """Deliver a TwiML request and read the document."""
    reply = transport.post(url, form)
    if reply.status != 200:  # noqa: PLR2004 - the only answer with a document
        message = f"{urlsplit(url).path} answered {reply.status}"
        raise SimulationStopped(message)
    return ET.fromstring(reply.body)  # noqa: S314 - our own answer


def seconds_of(verb: ET.Element) -> int:
    """Say how long a verb takes: silence as told, speech at an ordinary pace."""
    if verb.tag == "Pause":
        return int(verb.get("length", "1"))
    return len((verb.text or "").split()) // WORDS_PER_SECOND if verb.tag == "Say" else 0
