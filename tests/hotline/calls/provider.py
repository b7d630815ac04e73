"""A small Twilio for tests: signs, sends, and reads what comes back."""

from dataclasses import dataclass, field
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from django.conf import settings
from django.test import Client
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from tests.hotline.factories import CALLER, COUNSELLORS_PHONE, LINE_NUMBER

FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass
class Caller:
    """One call as the provider reports it, step by step."""

    client: Client
    sid: str = "CA" + 32 * "a"
    number: str = CALLER
    line: str = LINE_NUMBER
    last: ET.Element = field(default_factory=lambda: ET.Element("Response"))

    def send(self, where: str, expect: int = 200, **fields: str) -> ET.Element:
        """Post a signed form to a step or to an address we were given; gives the document."""
        form = {
            "AccountSid": settings.TWILIO_ACCOUNT_SID,
            "CallSid": self.sid,
            "CallStatus": "in-progress",
            "From": self.number,
            "To": self.line,
            "FromCity": "",
        } | fields
        url = where if "://" in where else f"{settings.PUBLIC_BASE_URL}/webhooks/twilio/{where}"
        response = post_signed(self.client, url, form)
        assert response.status_code == expect, response.content  # type: ignore[attr-defined]
        if expect == 200:
            assert response["Content-Type"].startswith("text/xml")  # type: ignore[index]
            self.last = ET.fromstring(response.content)  # type: ignore[attr-defined]  # noqa: S314 - our own
        return self.last

    def leg(self, where: str, expect: int = 200, **fields: str) -> ET.Element:
        """Post about the counsellor's phone."""
        about = {
            "ParentCallSid": self.sid,
            "CallSid": "CA" + 32 * "b",
            "From": self.line,
            "To": COUNSELLORS_PHONE,
        }
        return self.send(where, expect, **about | fields)

    def into_the_queue(self) -> ET.Element:
        """Go through greeting and menu; gives the Enqueue."""
        self.send("voice/", CallStatus="ringing")
        return found(self.send("menu/"), "Enqueue")

    def rung(self, enqueue: ET.Element) -> ET.Element:
        """Wait once and be put through; gives the Dial."""
        assert (
            self.send(enqueue.attrib["waitUrl"], QueuePosition="1", QueueTime="0").find("Leave") is not None
        )
        return found(self.send(enqueue.attrib["action"], QueueResult="leave", QueueTime="12"), "Dial")


def post_signed(client: Client, url: str, form: dict[str, str], token: str = "") -> object:
    """Post a form with the signature the provider would give it."""
    validator = RequestValidator(token or settings.TWILIO_AUTH_TOKEN)
    signature = validator.compute_signature(url, form)
    path = url.removeprefix(settings.PUBLIC_BASE_URL)
    return client.post(
        path, urlencode(form), content_type=FORM_TYPE, headers={"X-Twilio-Signature": signature}
    )


def found(document: ET.Element, tag: str) -> ET.Element:
    """Give the verb of this name, wherever it stands."""
    verb = document.find(f".//{tag}")
    assert verb is not None, ET.tostring(document)
    return verb


def said(document: ET.Element) -> str:
    """Give everything that is read aloud."""
    return " ".join(verb.text or "" for verb in document.iter("Say"))
