import pytest
from django.core.cache import cache
from django.test import Client

from hotline.people.models import SharedValue
from tests.hotline.people.factories import ALICES_SOURCE, STRANGERS_SOURCE, make_person, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
LIMIT = 5


def guess(username: str, source: str) -> None:
    for attempt in range(LIMIT):
        assert sign_in(Client(), username, f"wrong guess {attempt}", source) == 200


def test_after_five_guesses_even_the_right_password_waits_there_and_the_counts_say_neither_who_nor_where() -> (
    None
):
    make_person("alice")
    guess("alice", STRANGERS_SOURCE)

    assert sign_in(Client(), "alice", source=STRANGERS_SOURCE) == 200
    forged = Client(headers={"x-forwarded-for": ALICES_SOURCE})
    assert sign_in(forged, "alice", source=STRANGERS_SOURCE) == 200
    counts = list(SharedValue.objects.values_list("key", "content"))
    assert counts
    assert "alice" not in str(counts)
    assert STRANGERS_SOURCE not in str(counts)


def test_guesses_lock_neither_alice_out_where_she_sits_nor_bob_in_the_same_office() -> None:
    make_person("alice")
    make_person("bob")
    guess("alice", STRANGERS_SOURCE)

    assert sign_in(Client(), "bob", source=STRANGERS_SOURCE) == 302
    assert sign_in(Client(), "alice", source=ALICES_SOURCE) == 302


def test_of_two_who_use_a_one_time_code_only_one_succeeds() -> None:
    assert cache.add("code", "y", timeout=30) is True
    assert cache.add("code", "y", timeout=30) is False


def test_a_value_whose_time_is_over_is_gone_and_its_place_is_free() -> None:
    cache.set("short", [1, 2], timeout=-1)

    assert cache.get("short", "nothing") == "nothing"
    assert cache.add("short", 3, timeout=60) is True
    assert cache.get("short") == 3
