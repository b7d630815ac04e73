"""Cases: opened on a contact, with a code, a key and an owner of their own."""

import uuid
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from audit.actions import Action
from cases.access import basis_of
from cases.record.facts import ContactFacts
from cases.record.history import history_of
from cases.record.models import Basis, CallerCode, Case, Grant
from cases.record.refusals import (
    AlreadyInCase,
    CaseIsClosed,
    EditedMeanwhile,
    IdTaken,
    NoAccess,
    UnknownValue,
)
from cases.record.services import (
    amend_contact,
    attach_contact,
    change_municipality,
    end_grant,
    open_case,
    read_contact,
)
from cases.vault.codes import hash_code
from cases.vault.models import Destruction
from cases.vault.services import Owner, Unreadable, keys_of
from tests.cases.factories import actor_for, entries, let_in, make_case, make_contact, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_opening_a_case_makes_an_owner_and_a_code_that_is_kept_as_a_hash_only() -> None:
    alice = make_user("alice")
    opened = open_case(actor=actor_for(alice), user=alice, contact=make_contact(alice))
    assert basis_of(alice, opened.case) == "owner"
    code = CallerCode.objects.get(case=opened.case)
    assert bytes(code.hash) == hash_code(opened.caller_code)
    (entry,) = entries(Action.CASE_OPENED)
    assert (entry.subject_kind, entry.subject_reference) == ("case", opened.case.reference)
    assert opened.caller_code not in str(entry.facts)


def test_the_contacts_texts_move_to_the_cases_key_with_their_history() -> None:
    alice = make_user("alice")
    contact = make_contact(alice, summary="first words")
    amend_contact(
        actor=actor_for(alice),
        user=alice,
        contact=contact,
        expected_version=1,
        facts=ContactFacts(),
        summary="last",
    )
    case = open_case(actor=actor_for(alice), user=alice, contact=contact).case
    contact.refresh_from_db()
    assert contact.key == case.key
    assert read_contact(actor=actor_for(alice), user=alice, contact=contact).summary == "last"
    assert {row.key for row in history_of(contact)} == {case.key}
    assert Destruction.objects.filter(owner_kind="contact", owner_id=contact.pk).count() == 1
    assert keys_of(Owner("case", case.pk)) == [case.key]


def test_a_contacts_older_text_does_not_open_in_the_place_of_the_newer() -> None:
    alice = make_user("alice")
    contact = make_contact(alice, summary="first words")
    older = bytes(contact.summary or b"")
    amended = amend_contact(
        actor=actor_for(alice),
        user=alice,
        contact=contact,
        expected_version=1,
        facts=ContactFacts(),
        summary="last",
    )
    type(amended).objects.filter(pk=amended.pk).update(summary=older)
    amended.refresh_from_db()
    with pytest.raises(Unreadable):
        read_contact(actor=actor_for(alice), user=alice, contact=amended)


def test_a_second_click_gets_the_same_case_with_a_code_that_works() -> None:
    alice, page = make_user("alice"), uuid.uuid4()
    contact = make_contact(alice)
    first = open_case(actor=actor_for(alice), user=alice, contact=contact, record=page)
    second = open_case(actor=actor_for(alice), user=alice, contact=contact, record=page)
    assert first.case == second.case
    assert Case.objects.count() == 1
    live = CallerCode.objects.get(revoked_at__isnull=True)
    assert bytes(live.hash) == hash_code(second.caller_code)


def test_a_contact_gets_one_case_only() -> None:
    alice = make_user("alice")
    contact = make_contact(alice)
    case = open_case(actor=actor_for(alice), user=alice, contact=contact).case
    with pytest.raises(AlreadyInCase):
        open_case(actor=actor_for(alice), user=alice, contact=contact, record=uuid.uuid4())
    with pytest.raises(IdTaken):
        open_case(actor=actor_for(alice), user=alice, contact=make_contact(alice), record=case.pk)
    assert Case.objects.count() == 1


def test_bob_cannot_open_a_case_on_a_contact_that_alice_logged() -> None:
    bob = make_user("bob")
    with pytest.raises(NoAccess):
        open_case(actor=actor_for(bob), user=bob, contact=make_contact(make_user("alice")))
    assert not Case.objects.exists()


def test_a_further_contact_is_attached_to_a_case_the_user_may_open() -> None:
    alice, bob = make_user("alice"), make_user("bob")
    case, contact = make_case(alice), make_contact(bob, summary="called again")
    with pytest.raises(NoAccess):
        attach_contact(actor=actor_for(bob), user=bob, contact=contact, case=case)
    let_in(bob, case)
    attached = attach_contact(actor=actor_for(bob), user=bob, contact=contact, case=case)
    attach_contact(actor=actor_for(bob), user=bob, contact=contact, case=case)
    assert (attached.case, attached.key) == (case, case.key)
    assert read_contact(actor=actor_for(alice), user=alice, contact=attached).summary == "called again"
    assert len(entries(Action.CONTACT_ATTACHED)) == 1


def test_nothing_is_attached_to_a_closed_case_or_taken_from_another() -> None:
    alice = make_user("alice")
    case, other = make_case(alice), make_case(alice)
    with pytest.raises(AlreadyInCase):
        attach_contact(actor=actor_for(alice), user=alice, contact=other.contacts.get(), case=case)
    Case.objects.filter(pk=case.pk).update(
        state="closed", outcome="outcome:unknown", closed_at=case.opened_at
    )
    with pytest.raises(CaseIsClosed):
        attach_contact(actor=actor_for(alice), user=alice, contact=make_contact(alice), case=case)


def test_the_municipality_is_changed_from_the_version_that_was_shown() -> None:
    alice = make_user("alice")
    case = make_case(alice)
    change: dict[str, Any] = {"actor": actor_for(alice), "user": alice, "case": case, "expected_version": 1}
    assert change_municipality(**change, municipality="0980").municipality_id == "0980"
    with pytest.raises(EditedMeanwhile):
        change_municipality(**change, municipality="0180")
    with pytest.raises(UnknownValue):
        change_municipality(**(change | {"expected_version": 2}), municipality="0001")
    assert [row.municipality_id for row in history_of(case)] == ["0980", None]
    assert {row.history_user for row in history_of(case)} == {alice}


def test_a_case_has_one_owner_and_guests_are_not_for_ever() -> None:
    alice, bob = make_user("alice"), make_user("bob")
    case = make_case(alice)
    for basis in (Basis.OWNER, Basis.CALLER_CODE, Basis.BREAK_GLASS):
        with pytest.raises(DatabaseError), transaction.atomic():
            Grant.objects.create(case=case, user=bob, basis=basis)
    assert basis_of(bob, case) == ""


def test_an_ended_grant_opens_nothing_and_its_end_is_recorded_once() -> None:
    alice, bob = make_user("alice"), make_user("bob")
    case = make_case(alice)
    grant = let_in(bob, case)
    assert basis_of(bob, case) == "co_worker"
    end_grant(actor=actor_for(alice), grant=grant)
    end_grant(actor=actor_for(alice), grant=grant)
    assert basis_of(bob, case) == ""
    assert [entry.facts for entry in entries(Action.CASE_GRANT_ENDED)] == [
        {"user": "bob", "basis": "co_worker"}
    ]


def test_a_reference_says_nothing_and_is_all_that_str_gives() -> None:
    case = make_case(make_user("alice"))
    assert str(case) == case.reference
    assert case.reference.startswith("A-")
    assert len(case.reference) == 8
