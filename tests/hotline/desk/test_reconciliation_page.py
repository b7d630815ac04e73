"""The supervisor's page on differences, and each line's proof at the desk."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from hotline.calls.intake import ingest_event
from hotline.calls.models import Call, Gap, LineCheck, Reconciliation
from hotline.lines.models import Line
from hotline.telephony.events import Kind
from tests.hotline.factories import event

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
PAGE = "/desk/reconciliation/"


def a_gap(kind: str, *, is_repaired: bool) -> Call:
    """Find a difference in a comparison of the last two days."""
    now = timezone.now()
    reference = ingest_event(event(Kind.OFFERED, call_id=f"CA{kind}"), received_at=now).call_reference
    call = Call.objects.get(reference=reference)
    made = Reconciliation.objects.create(
        provider="twilio", since=now - timedelta(days=2), until=now, at=now, listed=7, is_whole=is_repaired
    )
    Gap.objects.create(found_in=made, kind=kind, call=call, is_repaired=is_repaired)
    return call


def test_a_supervisor_sees_every_difference_by_our_reference(dora: Client, line: Line) -> None:
    repaired, extra = a_gap("missing", is_repaired=True), a_gap("extra", is_repaired=False)
    with translation.override("sv"):
        shown = dora.get(PAGE).content.decode()
    for call in (repaired, extra):
        assert f"/desk/calls/{call.reference}/" in shown
    assert "Åtgärdat" in shown
    assert "Att se över" in shown
    assert PAGE in dora.get("/desk/").content.decode()


def test_a_counsellor_is_not_led_there_and_not_let_in(alice: Client, line: Line) -> None:
    assert PAGE not in alice.get("/desk/").content.decode()
    assert alice.get(PAGE).status_code == 403


def test_before_the_first_night_the_page_says_so(dora: Client) -> None:
    shown = dora.get(PAGE).content.decode()
    assert "Inget har jämförts ännu" in shown


def test_the_desk_says_when_each_line_was_proven_or_since_when_not(dora: Client, line: Line) -> None:
    now = timezone.now()
    assert "Linjen bevisad" not in board(dora)
    LineCheck.objects.create(line=line, at=now - timedelta(minutes=20), is_proven=True)
    proven = timezone.localtime(now - timedelta(minutes=20))
    assert f"Linjen bevisad {proven:%H:%M}" in dora.get("/desk/").content.decode()
    LineCheck.objects.create(line=line, at=now, is_proven=False)
    shown = board(dora)
    assert "Inte bevisad fungera sedan" in shown
    assert f"{proven:%H:%M}" in shown
    LineCheck.objects.filter(is_proven=True).delete()
    assert "Aldrig bevisad fungera" in board(dora)
    assert "Aldrig bevisad fungera" in dora.get(PAGE).content.decode()


def board(client: Client) -> str:
    """Ask for the desk's board alone, as the open page does."""
    return client.get("/desk/board/").content.decode()
