"""The auditor's pages, by role."""

import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from audit.actions import Action
from audit.models import Entry
from tests.audit.factories import BOB, make_entries, make_entry, signed_in
from tests.worlds import World, copied

QUERIES = 10
pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(scope="module")
def window(world: World) -> Client:
    return world.make(lambda: signed_in("auditor"))


@pytest.fixture
def auditor(window: Client) -> Client:
    return copied(window)


def rows(page: str) -> int:
    return page.count('<th scope="row">')


def test_the_auditor_sees_the_trail_newest_first_in_swedish(auditor: Client) -> None:
    make_entry("A-111111")
    make_entry("A-222222", actor=BOB)

    page = auditor.get(reverse("audit:trail")).content.decode()

    assert page.index("A-222222") < page.index("A-111111")
    assert "Loggpost läst" in page
    assert re.search(r"<h1>\s*Logg\s*</h1>", page)


def test_looking_at_the_trail_is_recorded_with_what_was_looked_for(auditor: Client) -> None:
    auditor.get(reverse("audit:trail"))
    auditor.post(reverse("audit:trail"), {"actor": "bob", "since": "2026-11-01"})

    looks = Entry.objects.filter(action=Action.TRAIL_SEARCHED, actor_label="alice").order_by("at")
    assert [look.facts for look in looks] == [{}, {"sought_actor": "bob", "sought_since": "2026-11-01"}]


@pytest.mark.parametrize("role", ["counsellor", "supervisor", "recipient", "administrator"])
def test_everyone_else_is_refused_and_recorded(role: str) -> None:
    client = signed_in(role, name="charlie")
    entry = make_entry()

    for response in [
        client.get(reverse("audit:trail")),
        client.get(reverse("audit:entry", args=[entry])),
        client.post(reverse("audit:proof", args=[entry])),
        client.post(reverse("audit:verification")),
    ]:
        assert response.status_code == 403
        assert "A-7KQ2MX" not in response.content.decode()
    assert Entry.objects.filter(action=Action.ACCESS_REFUSED, actor_label="charlie").count() == 4
    assert not Entry.objects.filter(action=Action.TRAIL_SEARCHED).exists()


def test_the_anonymous_are_sent_to_sign_in() -> None:
    entry = make_entry()

    for url in [reverse("audit:trail"), reverse("audit:entry", args=[entry])]:
        response = Client().get(url)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    "search",
    [
        {"actor": "bob"},
        {"subject": "A-222222"},
        {"action": Action.TRAIL_REOPENED},
        {"since": "2026-11-10", "until": "2026-11-10"},
    ],
)
def test_a_search_finds_what_fits_and_nothing_else(search: dict[str, str], auditor: Client) -> None:
    make_entry("A-111111")
    insert("A-222222", at="2026-11-09 23:00+00", action=Action.TRAIL_REOPENED, actor="bob")
    insert("A-333333", at="2026-11-10 23:00+00", action=Action.TRAIL_ENTRY_READ, actor="charlie")

    page = auditor.post(reverse("audit:trail"), search).content.decode()

    table = page[page.index("<tbody>") : page.index("</tbody>")]
    assert "A-222222" in table
    assert "A-111111" not in table
    assert "A-333333" not in table


def test_days_in_the_wrong_order_are_told_beside_the_form(auditor: Client) -> None:
    page = auditor.post(reverse("audit:trail"), {"since": "2026-11-10", "until": "2026-11-09"})

    assert "Den sista dagen ligger före den första" in page.content.decode()


def test_no_day_and_no_place_breaks_the_page(auditor: Client) -> None:
    make_entry("A-111111")

    for search in (
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"after": f"2026-11-22T12:00:00 {uuid.uuid4()}"},
    ):
        assert "A-111111" in auditor.post(reverse("audit:trail"), search).content.decode()


def test_older_entries_follow_page_by_page_without_gap_or_repetition(
    monkeypatch: pytest.MonkeyPatch, auditor: Client
) -> None:
    monkeypatch.setattr("audit.queries.PAGE_SIZE", 5)
    for number in range(8):
        make_entry(f"P-{number:06d}")
    seen: list[str] = []
    after = ""
    for _page in range(3):
        page = auditor.post(
            reverse("audit:trail"), {"action": Action.TRAIL_ENTRY_READ, "after": after}
        ).content.decode()
        seen += re.findall(r"P-\d{6}", page)
        position = re.search(r'name="after" value="([^"]+)"', page)
        if position is None:
            break
        after = position[1]

    assert seen == [f"P-{number:06d}" for number in reversed(range(8))]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long_it_is(
    count: int, django_assert_num_queries: object, auditor: Client
) -> None:
    make_entries(count)
    auditor.get(reverse("audit:trail"))

    with django_assert_num_queries(QUERIES):  # type: ignore[operator]
        page = auditor.get(reverse("audit:trail")).content.decode()

    assert rows(page) == count + 2


def test_an_unsealed_entry_says_that_it_waits(auditor: Client) -> None:
    entry = make_entry()

    page = auditor.get(reverse("audit:entry", args=[entry])).content.decode()

    assert "inte förseglad än" in page
    assert Entry.objects.filter(action=Action.TRAIL_ENTRY_READ, subject_reference=str(entry)).count() == 1


def test_an_unknown_entry_is_not_found(auditor: Client) -> None:
    assert auditor.get(reverse("audit:entry", args=[uuid.uuid4()])).status_code == 404


def insert(reference: str, *, at: str, action: str, actor: str) -> None:
    """Put an entry at another time into the trail, as nobody but a test can."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry VALUES (%s, %s, %s, %s, '', '', 'case', %s, '{}', 1, sha256(''))",
            [uuid.uuid4(), at, action, actor, reference],
        )
