"""Callers for the tests that walk through the house: they reach it as signed webhooks over HTTP."""

from datetime import UTC, datetime

from django.conf import settings

from hotline.demo.lines import ALWAYS_CLOSED, ALWAYS_OPEN
from hotline.demo.simulate_lives import Intent, Life, sid
from hotline.demo.simulate_phone import PhoneCall
from hotline.demo.simulate_provider import Provider
from hotline.demo.simulate_transport import Form, HttpTransport, Signer

WITHHELD = "anonymous"


class PromptCallbacks:
    """Delivers every status callback at once."""

    def __init__(self, transport: HttpTransport) -> None:
        self.transport = transport

    def send(self, url: str, form: Form) -> None:
        self.transport.post(url, form)


def one_call(address: str, caller: str, intent: Intent = Intent.TALK) -> None:
    """Let one caller call the line that is always open; a counsellor's telephone that is rung is answered."""
    transport = HttpTransport(address, Signer(settings.TWILIO_AUTH_TOKEN))
    provider = Provider(
        transport=transport,
        callbacks=PromptCallbacks(transport),
        account=settings.TWILIO_ACCOUNT_SID,
        public=address,
        open_line=ALWAYS_OPEN,
        closed_line=ALWAYS_CLOSED,
    )
    life = Life(
        number=1,
        call_sid=sid("CA", "journey", datetime.now(tz=UTC)),
        intent=intent,
        sender=caller,
        keyed="",
        miskeys=False,
        talk_s=600,
        patience=0,
    )
    PhoneCall(life, provider).live()
    transport.close()
