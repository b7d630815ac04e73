"""Protected identity: who may still open the case, and where its municipality no longer is."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from audit.actions import Action
from cases.access import basis_of, visible_to
from cases.record.history import history_of
from cases.record.models import Basis, Case, LifeEvent
from cases.record.refusals import NoAccess, NotYours, ReasonMissing
from cases.record.services import protect_case, read_reason, unprotect_case
from tests.cases.factories import actor_for, entries, let_in, make_case, make_user, protect, signed_in
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(scope="module")
def opened(world: World) -> Case:
    return world.make(lambda: make_case(make_user("alice")))


@pytest.fixture
def case(opened: Case) -> Case:
    return copied(opened)


@pytest.fixture
def alice(case: Case) -> User:
    return case.opened_by


@pytest.mark.parametrize(
    ("basis", "role", "opens"),
    [
        (Basis.CO_WORKER, "counsellor", False),
        (Basis.CO_WORKER, "supervisor", False),
        (Basis.CALLER_CODE, "counsellor", True),
        (Basis.HAND_OVER, "counsellor", True),
        (Basis.SECOND_REVIEW, "counsellor", False),
        (Basis.SECOND_REVIEW, "supervisor", False),
        (Basis.SAMPLE, "supervisor", False),
        (Basis.BREAK_GLASS, "counsellor", False),
        (Basis.BREAK_GLASS, "supervisor", True),
    ],
)
def test_who_may_open_a_protected_case(basis: Basis, role: str, opens: bool, alice: User, case: Case) -> None:
    bob = make_user("bob", role)
    let_in(bob, case, basis, hours=None if basis == Basis.CO_WORKER else 3)
    assert basis_of(bob, case) == basis
    protect(case, alice)
    assert basis_of(bob, case) == (basis if opens else "")
    assert visible_to(bob).filter(pk=case.pk).exists() is opens
    assert basis_of(alice, case) == "owner"


def test_taking_it_off_opens_the_case_again_and_needs_a_reason(alice: User, case: Case) -> None:
    bob = make_user("bob")
    let_in(bob, case)
    protect(case, alice)
    with pytest.raises(ReasonMissing):
        unprotect_case(actor=actor_for(alice), user=alice, case=case, reason=" ")
    assert unprotect_case(actor=actor_for(alice), user=alice, case=case, reason="the order ended")
    assert basis_of(bob, case) == "co_worker"
    event = LifeEvent.objects.get(kind="unprotected")
    assert b"order" not in bytes(event.reason or b"")
    assert read_reason(actor=actor_for(bob), user=bob, event=event) == "the order ended"
    assert entries(Action.LIFE_REASON_READ)[0].facts["basis"] == "co_worker"
    assert [len(entries(act)) for act in (Action.CASE_PROTECTED, Action.CASE_UNPROTECTED)] == [1, 1]


def test_protecting_twice_changes_nothing_more(alice: User, case: Case) -> None:
    assert protect_case(actor=actor_for(alice), user=alice, case=case)
    assert not protect_case(actor=actor_for(alice), user=alice, case=case)
    assert [row.protected for row in history_of(case)] == [True, False]


def test_a_guest_protects_but_does_not_take_it_off(alice: User, case: Case) -> None:
    bob = make_user("bob")
    let_in(bob, case, Basis.CALLER_CODE, hours=3)
    protect(case, bob)
    with pytest.raises(NotYours):
        unprotect_case(actor=actor_for(bob), user=bob, case=case, reason="looks safe")
    assert Case.objects.get().protected


def test_charlie_does_neither(alice: User, case: Case) -> None:
    charlie = make_user("charlie")
    with pytest.raises(NoAccess):
        protect(case, charlie)
    with pytest.raises(NoAccess):
        unprotect_case(actor=actor_for(charlie), user=charlie, case=case, reason="because")


def test_the_municipality_is_shown_on_the_case_page_and_nowhere_else(alice: User, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(municipality="1480")
    case.contacts.update(municipality="1480")
    protect(case, alice)
    client = signed_in(alice)
    pages = {
        name: client.get(reverse(f"cases:{name}", args=args)).content.decode()
        for name, args in (
            ("detail", [case.reference]),
            ("contact", [case.contacts.get().reference]),
            ("list", []),
            ("follow-ups", []),
        )
    }
    assert {name for name, text in pages.items() if "Göteborg" in text} == {"detail"}
    assert "skyddade personuppgifter" in pages["list"]
    assert "Skyddade personuppgifter" in pages["detail"]
