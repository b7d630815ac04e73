"""What is heard without a database: the right line's own words, in its languages, by its opening hours."""

import json
from datetime import date, time
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from hotline.calls import snapshot, steps
from hotline.lines.hours import LinePlan, Wording, find_plan
from hotline.lines.models import Closure, Prompt
from tests.hotline.calls.provider import Caller, found, said
from tests.hotline.factories import make_line

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
TEXT = st.text(max_size=20)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    snapshot.forget()


@pytest.fixture
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise OperationalError

    monkeypatch.setattr(steps, "ingest_event", fail)


def path() -> Path:
    return Path(settings.SPOOL_DIR) / snapshot.NAME


def test_a_process_that_starts_without_a_database_knows_what_an_earlier_one_saw() -> None:
    line = make_line(mode="hours", hours=[(0, "09:00", "16:00"), (1, "09:00", "00:00")])
    Closure.objects.create(line=line, first_day="2026-12-24", last_day="2026-12-26")
    Prompt.objects.create(line=line, slot="greeting", language="sv", text="Hej, du har kommit rätt.")
    seen = find_plan(line.number)
    assert snapshot.take_snapshot()
    snapshot.forget()
    line.delete()
    assert snapshot.plan_without_database(line.number) == seen
    assert snapshot.plan_without_database("+4620999999") is None


def test_it_is_written_when_something_changes_and_only_then() -> None:
    line = make_line()
    assert [snapshot.take_snapshot() for _each in range(2)] == [True, False]
    line.language = "en"
    line.save()
    assert snapshot.take_snapshot()
    assert [each.name for each in Path(settings.SPOOL_DIR).iterdir()] == [snapshot.NAME]
    assert path().stat().st_mode & 0o077 == 0
    assert snapshot.age_s() is not None


def test_a_line_that_is_gone_is_forgotten() -> None:
    line = make_line()
    snapshot.take_snapshot()
    line.delete()
    snapshot.take_snapshot()
    assert snapshot.plan_without_database("+4620100200") is None


@pytest.mark.parametrize("content", [b"", b"{", b'{"version": 0, "lines": []}', b'{"version": 1}', b"\xff"])
def test_a_damaged_snapshot_is_none(content: bytes) -> None:
    path().parent.mkdir(parents=True)
    path().write_bytes(content)
    assert snapshot.plan_without_database("+4620100200") is None


@given(
    st.lists(st.tuples(st.integers(0, 6), st.times(), st.times()), max_size=3),
    st.lists(st.tuples(st.dates(), st.dates()), max_size=2),
    st.lists(st.builds(Wording, TEXT, TEXT, TEXT, TEXT), max_size=2),
)
def test_every_plan_survives_its_time_on_disk(
    hours: list[tuple[int, time, time]], closures: list[tuple[date, date]], wordings: list[Wording]
) -> None:
    plan = LinePlan(
        id=UUID(int=7),
        number="+4620100200",
        language="sv",
        mode="hours",
        closed_on_holidays=True,
        hours=tuple(hours),
        closures=tuple(closures),
        other_languages=("en",),
        wordings=tuple(wordings),
    )
    content = snapshot.encode({plan.number: plan})
    assert snapshot.decode(content) == {plan.number: plan}
    assert json.loads(content)["version"] == snapshot.VERSION


@pytest.mark.urls("hotline.webhook_urls")
@pytest.mark.usefixtures("_no_database")
def test_each_line_is_heard_in_its_own_words_and_by_its_own_hours(client: Client) -> None:
    first, second = make_line("+46201002001"), make_line("+46201002002", mode="closed")
    Prompt.objects.create(line=first, slot="greeting", language="sv", text="Hej, du har kommit rätt.")
    snapshot.take_snapshot()
    heard = said(Caller(client, line=first.number).send("voice/", CallStatus="ringing"))
    assert "Hej, du har kommit rätt." in heard
    assert "stängt" not in heard
    closed = Caller(client, sid="CA" + 32 * "c", line=second.number).send("voice/", CallStatus="ringing")
    assert "stängt" in said(closed)
    assert "1 1 2" in said(closed)
    assert found(closed, "Gather").attrib["action"].endswith("/callback/?part=choice")


@pytest.mark.urls("hotline.webhook_urls")
@pytest.mark.usefixtures("_no_database")
def test_a_line_in_two_languages_lets_the_caller_choose_and_keeps_to_it(client: Client) -> None:
    line = make_line()
    line.other_languages = ["en"]
    line.save()
    snapshot.take_snapshot()
    caller = Caller(client)
    document = caller.send("voice/", CallStatus="ringing")
    assert {"sv-SE", "en-GB"} == {verb.attrib["language"] for verb in document.iter("Say")}
    offer = caller.send(found(document, "Gather").attrib["action"], Digits="2")
    assert {verb.attrib["language"] for verb in offer.iter("Say")} == {"en-GB"}
    thanks = caller.send(found(offer, "Gather").attrib["action"], Digits="1")
    assert "We will call you back" in said(thanks)


@pytest.mark.urls("hotline.webhook_urls")
@pytest.mark.usefixtures("_no_database")
def test_a_caller_is_never_promised_what_could_not_be_kept(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_line()
    snapshot.take_snapshot()
    monkeypatch.setattr("hotline.calls.spool.MAX_FILE", -1)
    sorry = said(Caller(client).send("callback/?part=choice", Digits="1"))
    assert "kunde inte ta emot ditt nummer" in sorry
