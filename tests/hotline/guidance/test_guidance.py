"""Texts, checklists, shelf and news: read by those on the desk, written by supervisors, never silently overwritten."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Entry
from hotline.calls.intake import ingest_event
from hotline.calls.models import Call
from hotline.guidance.models import Checklist, News, Phase, ShelfEntry, Text, Tick
from hotline.guidance.queries import chapters, checklists
from hotline.people.roles import Role
from hotline.telephony.events import Kind
from tests.hotline.factories import event, make_line
from tests.hotline.people.factories import signed_in
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
TEXT = "/guidance/texts/listening/sv/"


@pytest.fixture(scope="module")
def sams_window(world: World) -> Client:
    return world.make(lambda: signed_in("sam", Role.SUPERVISOR))


@pytest.fixture
def supervisor(sams_window: Client) -> Client:
    return copied(sams_window)


@pytest.fixture(scope="module")
def alices_window(world: World) -> Client:
    return world.make(lambda: signed_in("alice", Role.COUNSELLOR))


@pytest.fixture
def alice(alices_window: Client) -> Client:
    return copied(alices_window)


def test_every_phase_has_a_text_in_both_languages_acute_danger_first() -> None:
    for language in ("sv", "en"):
        told = chapters(language)
        assert [chapter.phase for chapter in told] == list(Phase)
        assert told[0].phase is Phase.ACUTE
        assert all(len(chapter.paragraphs) >= 5 for chapter in told)
    assert {checklist.code for checklist in checklists()} == {"acute", "before_referral", "report_of_concern"}


def test_a_counsellor_reads_everything_and_writes_nothing(alice: Client) -> None:
    page = alice.get("/guidance/").content.decode()
    assert "De första minuterna" in page
    assert "Samtalskompassen" in page
    assert "/guidance/texts/" not in page
    assert alice.get(TEXT).status_code == alice.post(TEXT, {"body": "x"}).status_code == 403


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.RECIPIENT])
def test_nobody_else_reads_it(role: Role) -> None:
    assert signed_in("charlie", role).get("/guidance/").status_code == 403


def test_a_change_is_a_new_version_and_the_old_one_stays_readable(supervisor: Client) -> None:
    before = Text.objects.get(phase="listening", language="sv")
    assert supervisor.post(TEXT, {"body": "Lyssna först.", "based_on": 1}).status_code == 302
    assert [text.version for text in Text.objects.filter(phase="listening", language="sv")] == [2, 1]
    assert chapters("sv")[2].paragraphs == ["Lyssna först."]
    assert before.body.splitlines()[0] in supervisor.get(TEXT).content.decode()
    assert Entry.objects.filter(action="guidance:text:changed", facts__version=2).count() == 1


def test_whoever_saves_second_overwrites_nothing_and_keeps_what_was_written(supervisor: Client) -> None:
    supervisor.post(TEXT, {"body": "Den första.", "based_on": 1})
    late = supervisor.post(TEXT, {"body": "Den andra.", "based_on": 1})
    assert late.status_code == 200
    page = late.content.decode()
    assert "Någon har ändrat detta" in page
    assert "Den andra." in page
    assert chapters("sv")[2].paragraphs == ["Den första."]


def test_ticks_stay_with_the_version_they_were_made_in(supervisor: Client) -> None:
    address = "/guidance/checklists/acute/"
    form = {
        "title_sv": "Akut fara",
        "title_en": "Acute danger",
        "lines": "Ett | One\nTvå | Two",
        "based_on": 1,
    }
    assert supervisor.post(address, form).status_code == 302
    newest = next(each for each in checklists() if each.code == "acute")
    assert [item.text_en for item in newest.items.all()] == ["One", "Two"]
    assert Checklist.objects.get(code="acute", version=1).items.count() == 5


def test_lines_that_cannot_be_read_change_nothing(supervisor: Client) -> None:
    for lines in ("bara svenska", "Ett | ", " | One", "\n".join(["a | b"] * 21), "a" * 301 + " | b"):
        form = {"title_sv": "A", "title_en": "A", "lines": lines, "based_on": 1}
        assert supervisor.post("/guidance/checklists/acute/", form).status_code == 200, lines
    assert Checklist.objects.filter(code="acute").count() == 1


def test_a_page_is_put_on_the_shelf_changed_and_taken_off(supervisor: Client) -> None:
    day = timezone.localdate()
    form = {
        "title": "Ny",
        "url": "https://example.org/",
        "summary_sv": "S",
        "summary_en": "E",
        "review_on": day,
    }
    assert supervisor.post("/guidance/shelf/add/", form | {"based_on": 0}).status_code == 302
    entry = ShelfEntry.objects.get(title="Ny")
    address = f"/guidance/shelf/{entry.pk}/"
    assert supervisor.post(address, form | {"title": "Nyare", "based_on": 1}).status_code == 302
    assert supervisor.post(address, form | {"title": "Försent", "based_on": 1}).status_code == 200
    entry.refresh_from_db()
    assert (entry.title, entry.version) == ("Nyare", 2)
    for _press in range(2):
        supervisor.post(f"{address}off/")
    assert supervisor.get(address).status_code == 404
    assert Entry.objects.filter(action="guidance:shelf:changed").count() == 3


def test_an_address_without_encryption_is_refused(supervisor: Client) -> None:
    form = {"title": "Ny", "url": "http://example.org/", "summary_sv": "S", "summary_en": "E", "based_on": 0}
    page = supervisor.post("/guidance/shelf/add/", form | {"review_on": timezone.localdate()})
    assert page.status_code == 200
    assert not ShelfEntry.objects.filter(title="Ny").exists()


def test_news_reach_the_desk_for_their_days_once_and_can_be_withdrawn(supervisor: Client) -> None:
    today = timezone.localdate()
    form = {"text": "Ny rutin.", "first_day": today, "last_day": today, "client_id": uuid.uuid4()}
    for _press in range(2):
        assert supervisor.post("/guidance/news/", form).status_code == 302
    told = News.objects.get()
    assert "Ny rutin." in supervisor.get("/desk/").content.decode()
    supervisor.post(f"/guidance/news/{told.pk}/off/")
    assert "Ny rutin." not in supervisor.get("/desk/").content.decode()


@pytest.mark.parametrize(("first", "last"), [(0, -1), (-3, -1), (0, 40)])
def test_news_of_impossible_days_are_refused(supervisor: Client, first: int, last: int) -> None:
    today = timezone.localdate()
    days = {"first_day": today + timedelta(days=first), "last_day": today + timedelta(days=last)}
    supervisor.post("/guidance/news/", {"text": "X", "client_id": uuid.uuid4()} | days)
    assert not News.objects.exists()


def test_what_was_ticked_beside_the_form_is_kept_with_the_conversation(alice: Client) -> None:
    line = make_line()
    ingested = ingest_event(event(Kind.ACCEPTED, line_number=line.number), received_at=timezone.now())
    call = Call.objects.get(pk=ingested.call_id)
    items = [item.pk for item in checklists()[0].items.all()[:2]]
    form = {"kind": "counselling", "contact": uuid.uuid4(), "tick": [*items, "nonsense", uuid.uuid4()]}
    assert alice.post(f"/desk/calls/{call.reference}/log/", form).status_code == 302
    call.refresh_from_db()
    assert {tick.item_id for tick in Tick.objects.filter(contact=call.contact)} == set(items)
    alice.post(f"/desk/calls/{call.reference}/log/", form)
    assert Tick.objects.count() == 2
    assert Entry.objects.filter(action="guidance:checklist:ticked").count() == 1
