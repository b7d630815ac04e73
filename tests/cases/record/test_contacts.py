"""Contacts: logged once, corrected with a history, read with a trace."""

import uuid
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from audit.actions import Action
from cases.record.facts import ContactFacts
from cases.record.history import history_of
from cases.record.models import Contact
from cases.record.refusals import EditedMeanwhile, IdTaken, NoAccess, ReasonMissing, UnknownValue
from cases.record.services import amend_contact, open_contact, read_contact
from tests.cases.factories import BEGUN, actor_for, entries, make_contact, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

FACTS = ContactFacts(
    acute_danger="no",
    caller_role="parent",
    age_band="15_17",
    concerns=("withdrawal", "new_contacts"),
    ideologies=(("unclear", "assumed"), ("misogyny", "seen_by_caller")),
    risk_level="elevated",
    risk_reason="talks about weapons",
    actions=("advice",),
    municipality="1480",
)


def test_a_contact_keeps_its_coded_answers() -> None:
    contact = make_contact(make_user("alice"), facts=FACTS)
    assert contact.kind_id == "contact_kind:counselling"
    assert contact.caller_role_id == "caller_role:parent"
    assert contact.gender_id is None
    assert str(contact.municipality) == "Göteborg"
    assert set(contact.concerns.values_list("code", flat=True)) == {"withdrawal", "new_contacts"}
    assert set(contact.ideology_notes.values_list("value__code", "basis__code")) == set(FACTS.ideologies)


def test_a_one_press_contact_needs_no_key() -> None:
    contact = make_contact(make_user("alice"), kind="wrong_number")
    assert contact.key is None
    assert contact.summary is None
    assert [entry.facts["kind"] for entry in entries(Action.CONTACT_LOGGED)] == ["contact_kind:wrong_number"]


def test_a_contact_is_logged_once_however_often_the_button_is_pressed() -> None:
    alice, page = make_user("alice"), uuid.uuid4()
    press: dict[str, Any] = {
        "actor": actor_for(alice),
        "user": alice,
        "channel": "phone",
        "begun_at": BEGUN,
        "kind": "thanks",
    }
    first = open_contact(**press, record=page)
    assert open_contact(**press, record=page) == first
    assert Contact.objects.count() == 1
    assert len(entries(Action.CONTACT_LOGGED)) == 1


def test_another_persons_page_id_is_refused() -> None:
    alice, bob = make_user("alice"), make_user("bob")
    contact = make_contact(alice)
    with pytest.raises(IdTaken):
        open_contact(
            actor=actor_for(bob), user=bob, channel="phone", begun_at=BEGUN, kind="thanks", record=contact.pk
        )


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (ContactFacts(caller_role="emperor"), UnknownValue),
        (ContactFacts(municipality="9999"), UnknownValue),
        (ContactFacts(ideologies=(("mixed", "guessed"),)), UnknownValue),
        (ContactFacts(risk_level="high"), ReasonMissing),
        (ContactFacts(risk_level="high", risk_reason="  "), ReasonMissing),
    ],
)
def test_wrong_answers_are_refused_and_nothing_is_kept(facts: ContactFacts, refusal: type[Exception]) -> None:
    alice = make_user("alice")
    with pytest.raises(refusal):
        make_contact(alice, facts=facts)
    assert not Contact.objects.exists()
    assert not entries(Action.CONTACT_LOGGED)


def test_an_unknown_channel_or_kind_is_refused() -> None:
    alice = make_user("alice")
    for channel, kind in (("pigeon", "thanks"), ("phone", "seance")):
        with pytest.raises(UnknownValue):
            open_contact(actor=actor_for(alice), user=alice, channel=channel, begun_at=BEGUN, kind=kind)


def test_the_database_refuses_a_risk_level_without_a_reason_and_text_without_a_key() -> None:
    contact = make_contact(make_user("alice"), kind="thanks")
    for change in ({"risk_level": "risk_level:low"}, {"summary": b"sealed"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Contact.objects.filter(pk=contact.pk).update(**change)


def test_reading_is_recorded_with_the_basis() -> None:
    alice = make_user("alice")
    contact = make_contact(alice, facts=FACTS, summary="worried about a son")
    texts = read_contact(actor=actor_for(alice), user=alice, contact=contact)
    assert (texts.summary, texts.risk_reason) == ("worried about a son", "talks about weapons")
    (entry,) = entries(Action.CONTACT_READ)
    assert (entry.subject_reference, entry.facts) == (contact.reference, {"basis": "logger"})


def test_bob_cannot_read_or_correct_a_contact_that_alice_logged() -> None:
    alice, bob = make_user("alice"), make_user("bob")
    contact = make_contact(alice, summary="worried about a son")
    with pytest.raises(NoAccess):
        read_contact(actor=actor_for(bob), user=bob, contact=contact)
    with pytest.raises(NoAccess):
        amend_contact(
            actor=actor_for(bob), user=bob, contact=contact, expected_version=1, facts=FACTS, summary=""
        )
    assert not entries(Action.CONTACT_READ)


def test_a_correction_keeps_the_earlier_answers_in_one_history_row_a_change() -> None:
    alice = make_user("alice")
    contact = make_contact(alice, facts=FACTS)
    corrected = ContactFacts(caller_role="sibling", concerns=("crime",))
    amended = amend_contact(
        actor=actor_for(alice),
        user=alice,
        contact=contact,
        expected_version=1,
        facts=corrected,
        summary="new",
    )
    assert (amended.version, amended.caller_role_id, amended.risk_level) == (2, "caller_role:sibling", None)
    newest, oldest = history_of(contact).order_by("-history_date")
    assert (oldest.caller_role_id, newest.caller_role_id) == ("caller_role:parent", "caller_role:sibling")
    assert {row.codedvalue_id for row in oldest.concerns.all()} == {
        "concern:withdrawal",
        "concern:new_contacts",
    }
    assert {row.value_id for row in oldest.ideologies.all()} == {"ideology:unclear", "ideology:misogyny"}
    assert {row.history_user for row in (oldest, newest)} == {alice}


def test_two_who_correct_at_once_never_overwrite_each_other() -> None:
    alice = make_user("alice")
    contact = make_contact(alice, facts=FACTS, summary="first")
    change: dict[str, Any] = {
        "actor": actor_for(alice),
        "user": alice,
        "contact": contact,
        "expected_version": 1,
    }
    amend_contact(**change, facts=ContactFacts(), summary="second")
    with pytest.raises(EditedMeanwhile):
        amend_contact(**change, facts=ContactFacts(), summary="third")
    contact.refresh_from_db()
    assert read_contact(actor=actor_for(alice), user=alice, contact=contact).summary == "second"


def test_a_retired_answer_may_be_kept_in_a_correction() -> None:
    alice = make_user("alice")
    contact = make_contact(alice, facts=ContactFacts(caller_role="sibling"))
    value = contact.caller_role
    assert value is not None
    value.retired_at = BEGUN
    value.save()
    kept = ContactFacts(caller_role="sibling", gender="man")
    amended = amend_contact(
        actor=actor_for(alice), user=alice, contact=contact, expected_version=1, facts=kept, summary=""
    )
    assert amended.gender_id == "gender:man"
