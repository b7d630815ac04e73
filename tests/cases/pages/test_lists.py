"""The lists: what stands in them, and that they cost the same at one row and at three."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from cases.followups.models import FollowUp
from cases.handover.services import withdraw_hand_over
from cases.notices.models import NoticeKind
from cases.notices.services import notify
from cases.pages.listing import my_cases
from cases.record.models import Basis, Case, FlagKind
from cases.record.services import resume_case, wait_case
from tests.cases.factories import (
    actor_for,
    ask,
    flag,
    hand_over,
    let_in,
    make_case,
    make_follow_up,
    make_note,
    make_user,
    signed_in,
)
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Settings) -> None:
    settings.SECOND_FACTOR_FORCED = False


@pytest.fixture(scope="module")
def person(world: World) -> User:
    return world.make(lambda: make_user("alice"))


@pytest.fixture(scope="module")
def window(world: World, person: User) -> Client:
    return world.make(lambda: signed_in(person))


@pytest.fixture
def alice(person: User) -> User:
    return copied(person)


@pytest.fixture
def client(window: Client) -> Client:
    return copied(window)


def add_row(alice: User) -> None:
    """Give alice one more case, with a note, a follow-up, a flag and a notice."""
    case = make_case(alice)
    make_note(case, alice)
    make_follow_up(case, alice)
    flag(case, alice)
    notify(users=[alice], kind=NoticeKind.CALLER_CODE_STATED, reference=case.reference)


def test_a_list_costs_the_same_at_every_length(
    alice: User, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(reverse("cases:list"))
    for rows in (1, 2, 3):
        add_row(alice)
        for page, queries in (("list", 8), ("follow-ups", 4)) if rows != 2 else ():
            with django_assert_num_queries(queries):
                response = client.get(reverse(f"cases:{page}"))
            assert response.content.decode().count("A-") >= rows


def add_some_of_everything(case: Case, alice: User, row: int) -> None:
    """Let happen in a case once more all that can happen again."""
    make_note(case, alice)
    make_follow_up(case, alice)
    ask(case, alice, make_user(f"bob{row}"))
    offer = hand_over(case, alice, make_user(f"carol{row}"))
    withdraw_hand_over(actor=actor_for(alice), user=alice, hand_over=offer)
    flag(case, alice, FlagKind.values[row])
    wait_case(actor=actor_for(alice), user=alice, case=case, reason="the school answers")
    resume_case(actor=actor_for(alice), user=alice, case=case)


def test_a_case_costs_the_same_however_much_is_in_it(
    alice: User, client: Client, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.CASE_TIMELINE = [name for name in settings.CASE_TIMELINE if name.startswith("cases.")]
    case = make_case(alice)
    client.get(reverse("cases:list"))
    for row in range(3):
        add_some_of_everything(case, alice, row)
        if row != 1:
            with django_assert_num_queries(29):
                response = client.get(reverse("cases:detail", args=[case.reference]))
            assert response.content.decode().count('id="N-') == 2 * (row + 1)


def test_an_empty_list_says_what_will_be_here(client: Client) -> None:
    assert "Ett ärende visas här när du öppnar ett" in client.get(reverse("cases:list")).content.decode()
    assert "Uppföljningar som du planerar" in client.get(reverse("cases:follow-ups")).content.decode()


def test_the_list_has_only_what_the_user_may_open_with_the_basis(alice: User, client: Client) -> None:
    bob = make_user("bob")
    hers, his = make_case(alice), make_case(bob)
    let_in(bob, hers, Basis.CALLER_CODE, hours=2)
    text = signed_in(bob).get(reverse("cases:list")).content.decode()
    assert hers.reference in text
    assert "den som ringde uppgav koden" in text
    assert his.reference not in client.get(reverse("cases:list")).content.decode()


def test_the_nearest_follow_up_comes_first(alice: User) -> None:
    none, late, soon = (make_case(alice) for _row in range(3))
    make_follow_up(late, alice, days=9)
    make_follow_up(soon, alice, days=30)
    make_follow_up(soon, alice, days=1)
    cases = list(my_cases(alice))
    assert cases == [soon, late, none]
    assert cases[0].next_day == timezone.localdate() + timedelta(days=1)  # type: ignore[attr-defined]


def test_an_overdue_follow_up_says_so_in_words(alice: User, client: Client) -> None:
    follow_up = make_follow_up(make_case(alice), alice)
    FollowUp.objects.filter(pk=follow_up.pk).update(due_on="2020-01-01")
    assert "försenad" in client.get(reverse("cases:follow-ups")).content.decode()


def test_a_follow_up_in_a_case_the_user_can_no_longer_open_is_not_listed(alice: User, client: Client) -> None:
    case = make_case(alice)
    follow_up = make_follow_up(case, alice)
    case.grants.all().delete()
    assert follow_up.reference not in client.get(reverse("cases:follow-ups")).content.decode()


def test_a_notice_is_put_away_by_its_reader(alice: User, client: Client) -> None:
    (notice,) = notify(users=[alice], kind=NoticeKind.CALLER_CODE_STATED, reference="A-234567")
    assert "A-234567" in client.get(reverse("cases:list")).content.decode()
    client.post(reverse("cases:notice-seen", args=[notice.pk]))
    assert "A-234567" not in client.get(reverse("cases:list")).content.decode()
