"""The search page: by POST, bounded, at a constant cost; and words inside a case."""

from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from audit.actions import Action
from cases.pages import search
from cases.pages.search_forms import SearchForm
from cases.record.models import Case
from tests.cases.factories import entries, make_case, make_note, make_user, signed_in
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
SEARCH = reverse("cases:search")
ANY = {"state": "", "owner": "", "municipality": "", "opened_from": "", "opened_until": ""}


@pytest.fixture(scope="module")
def opened(world: World) -> Case:
    return world.make(lambda: make_case(make_user("alice")))


@pytest.fixture(scope="module")
def window(world: World, opened: Case) -> Client:
    return world.make(lambda: signed_in(opened.opened_by))


@pytest.fixture
def case(opened: Case) -> Case:
    return copied(opened)


@pytest.fixture
def alice(case: Case) -> User:
    return case.opened_by


@pytest.fixture
def client(window: Client) -> Client:
    return copied(window)


def test_a_search_shows_what_may_be_opened_is_recorded_and_is_in_no_address(
    client: Client, case: Case
) -> None:
    theirs = make_case(make_user("bob"))
    found = client.post(SEARCH, ANY | {"state": "open"})
    text = found.content.decode()
    assert (found.status_code, "no-store" in found["Cache-Control"]) == (HTTPStatus.OK, True)
    assert case.reference in text
    assert theirs.reference not in text
    assert found.request["QUERY_STRING"] == ""
    (entry,) = entries(Action.CASES_SEARCHED)
    assert entry.facts == {"asked": "state", "found": 1}
    asked = client.get(SEARCH + "?state=open&reference=" + case.reference)
    assert case.reference not in asked.content.decode(), "a GET searches nothing"
    assert len(entries(Action.CASES_SEARCHED)) == 1


def test_what_cannot_be_is_told_and_searches_nothing(client: Client) -> None:
    wrong = [{"state": "purged"}, {"municipality": "9999"}, {"owner": "0"}, {"opened_from": "yesterday"}]
    for answer in wrong:
        assert not SearchForm(ANY | answer).is_valid(), answer
    backwards = ANY | {"opened_from": "2026-11-20", "opened_until": "2026-11-19"}
    assert "ds-validation-message" in client.post(SEARCH, backwards).content.decode()
    assert not entries(Action.CASES_SEARCHED)


def test_pages_are_turned_by_post_and_there_is_an_end(
    alice: User, case: Case, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "ROWS", 1)
    monkeypatch.setattr(search, "MOST_PAGES", 2)
    cases = [case, make_case(alice), make_case(alice)]
    first = client.post(SEARCH, ANY | {"state": "open"}).content.decode()
    assert cases[2].reference in first
    assert '<button class="ds-button" data-variant="tertiary" type="submit" name="page" value="2"' in first
    assert '<input type="hidden" name="state" value="open"' in first
    for page, reference in (("2", cases[1].reference), ("3", cases[1].reference), ("x", cases[2].reference)):
        assert reference in client.post(SEARCH, ANY | {"page": page}).content.decode()


def test_a_search_costs_the_same_at_one_find_and_at_three(
    alice: User, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(SEARCH)
    with django_assert_num_queries(10):
        client.post(SEARCH, ANY)
    for _more in range(2):
        make_case(alice)
    with django_assert_num_queries(10):
        client.post(SEARCH, ANY)


def test_words_in_a_case_say_where_they_are_and_open_nothing(alice: User, case: Case, client: Client) -> None:
    note = make_note(case, alice, "Skolan har sett flaggor.")
    other = make_note(case, alice, "Inget nytt.")
    address = reverse("cases:words", args=[case.reference])
    assert address in client.get(reverse("cases:detail", args=[case.reference])).content.decode()
    answer = client.post(address, {"words": "flaggor"})
    text = answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert note.reference in text
    assert other.reference not in text
    assert "Skolan har sett" not in text
    assert "Ingen text i ärendet innehåller" in client.post(address, {"words": "ingenstans"}).content.decode()
    assert not entries(Action.NOTE_READ)
    assert client.get(address).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert signed_in(make_user("charlie")).post(address, {"words": "x"}).status_code == HTTPStatus.NOT_FOUND
