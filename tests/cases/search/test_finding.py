"""Finding cases: only what one may open, never by place where identity is protected, and recorded."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from audit.actions import Action
from cases.record.models import Basis, Case
from cases.search.lists import Wanted, find_cases, record_search
from tests.cases.factories import actor_for, entries, let_in, make_case, make_user, protect

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def place(case: Case, code: str) -> Case:
    """Say where a case is."""
    Case.objects.filter(pk=case.pk).update(municipality=code)
    return case


def found(user: User, **wanted: object) -> set[str]:
    return set(find_cases(user, Wanted(**wanted)).values_list("reference", flat=True))  # type: ignore[arg-type]


def test_alice_finds_hers_by_every_fact_and_nobody_elses() -> None:
    alice, bob, sam = make_user("alice"), make_user("bob"), make_user("sam", "supervisor")
    hers, shared, his = place(make_case(alice), "0180"), make_case(bob), place(make_case(bob), "0180")
    let_in(alice, shared)
    both = {hers.reference, shared.reference}
    assert found(alice) == both
    assert found(alice, municipality="0180") == {hers.reference}
    assert found(alice, owner=bob) == {shared.reference}
    assert found(alice, state="waiting") == set()
    today = timezone.localdate()
    assert found(alice, opened_from=today, opened_until=today) == both
    assert found(alice, opened_until=today - timedelta(days=1)) == set()
    assert found(alice, opened_from=today + timedelta(days=1)) == set()
    assert his.reference not in found(alice, owner=bob)
    assert found(sam) == found(sam, municipality="0180") == set(), "a supervisor finds no more than is open"


def test_a_protected_case_matches_no_place_even_for_its_owner_and_nothing_for_others() -> None:
    alice, bob = make_user("alice"), make_user("bob")
    case = place(make_case(alice), "0180")
    let_in(bob, case)
    protect(case, alice)
    assert found(alice, municipality="0180") == set()
    assert found(alice) == found(alice, owner=alice) == {case.reference}
    assert found(bob) == found(bob, owner=alice) == set()


def test_a_merged_case_is_not_found_and_an_ended_grant_finds_nothing() -> None:
    alice, bob = make_user("alice"), make_user("bob")
    kept, merged = make_case(alice), make_case(alice)
    Case.objects.filter(pk=merged.pk).update(merged_into=kept)
    grant = let_in(bob, kept, Basis.CALLER_CODE, hours=1)
    assert found(alice) == found(bob) == {kept.reference}
    type(grant).objects.filter(pk=grant.pk).update(until=timezone.now())
    assert found(bob) == set()


def test_the_trail_says_by_what_was_searched_and_not_for_which() -> None:
    alice = make_user("alice")
    wanted = Wanted(municipality="0180", state="open", owner=alice)
    record_search(actor=actor_for(alice), wanted=wanted, found=3)
    (entry,) = entries(Action.CASES_SEARCHED)
    assert entry.facts == {"asked": "municipality state owner", "found": 3}
