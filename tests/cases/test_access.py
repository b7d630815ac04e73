"""Access on one screen: a live grant opens, nothing else does, and who has none learns nothing."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils import timezone

from audit.actions import Action
from cases.access import (
    basis_of,
    get_case,
    get_contact,
    get_follow_up,
    get_note,
    visible_contacts,
    visible_to,
)
from cases.record.models import Basis, Case
from tests.cases.factories import (
    entries,
    let_in,
    make_case,
    make_contact,
    make_follow_up,
    make_note,
    make_user,
)
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(scope="module")
def opened(world: World) -> Case:
    return world.make(lambda: make_case(make_user("alice")))


@pytest.fixture
def case(opened: Case) -> Case:
    return copied(opened)


def test_alice_sees_her_case_and_bob_does_not(case: Case) -> None:
    alice, bob = case.opened_by, make_user("bob")
    assert list(visible_to(alice)) == [case]
    assert not visible_to(bob).exists()
    assert not visible_to(AnonymousUser()).exists()


def test_charlie_cannot_learn_that_the_case_exists_and_the_try_is_recorded(case: Case) -> None:
    charlie = make_user("charlie")
    for reference in (case.reference, "A-NOTHERE"):
        with pytest.raises(Http404, match=r"^$"):
            get_case(charlie, reference)
    (entry,) = entries(Action.CASE_REFUSED)
    assert (entry.actor_label, entry.actor_role) == ("charlie", "counsellor")
    assert (entry.subject_kind, entry.subject_reference) == ("case", case.reference)


def test_everything_in_a_case_is_behind_the_same_door(case: Case) -> None:
    alice, bob, charlie = case.opened_by, make_user("bob"), make_user("charlie")
    let_in(bob, case)
    doors: list[tuple[Any, Any]] = [
        (get_contact, case.contacts.get()),
        (get_note, make_note(case, alice)),
        (get_follow_up, make_follow_up(case, alice)),
    ]
    for door, thing in doors:
        assert door(bob, thing.reference) == thing
        with pytest.raises(Http404):
            door(charlie, thing.reference)
    refused = [entry.subject_reference for entry in entries(Action.CASE_REFUSED)]
    assert refused == [thing.reference for _door, thing in doors]


def test_a_contact_without_a_case_is_seen_by_who_logged_it(case: Case) -> None:
    alice, bob = case.opened_by, make_user("bob")
    contact = make_contact(alice)
    assert set(visible_contacts(alice)) == {contact, case.contacts.get()}
    assert not visible_contacts(bob).exists()
    with pytest.raises(Http404):
        get_contact(bob, contact.reference)


def test_who_logged_a_contact_loses_it_with_the_access_to_its_case(case: Case) -> None:
    alice, bob = case.opened_by, make_user("bob")
    contact = case.contacts.get()
    case.grants.all().delete()
    let_in(bob, case)
    assert not visible_contacts(alice).exists()
    assert list(visible_contacts(bob)) == [contact]


@pytest.mark.parametrize("basis", Basis.values)
def test_a_grant_of_every_basis_ends_when_its_time_comes(basis: str, case: Case) -> None:
    bob = make_user("bob")
    let_in(bob, case, Basis(basis), hours=3)
    assert basis_of(bob, case) == basis
    assert list(visible_to(bob)) == [case]
    with time_machine.travel(timezone.now() + timedelta(hours=3, seconds=1)):
        assert basis_of(bob, case) == ""
        assert not visible_to(bob).exists()
        with pytest.raises(Http404):
            get_case(bob, case.reference)


def test_the_strongest_basis_is_the_one_that_is_told(case: Case) -> None:
    alice = make_user("bob")
    for basis in (Basis.BREAK_GLASS, Basis.CALLER_CODE, Basis.CO_WORKER):
        let_in(alice, case, basis, hours=3)
    assert basis_of(alice, case) == "co_worker"
    assert list(visible_to(alice)) == [case]


def test_the_off_boarded_see_nothing_of_what_was_theirs(case: Case) -> None:
    alice = case.opened_by
    contact = make_contact(alice)
    alice.is_active = False
    alice.save()
    assert basis_of(alice, case) == ""
    assert not visible_to(alice).exists()
    assert not visible_contacts(alice).filter(pk=contact.pk).exists()
