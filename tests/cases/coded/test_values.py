"""Coded values: seeded, retired, never reused."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from audit.actions import Action
from cases.coded.models import CodedValue, Kind
from cases.coded.services import CodeTaken, add_value, retire_value
from cases.record.facts import ContactFacts
from cases.record.refusals import UnknownValue
from tests.cases.factories import actor_for, entries, make_contact, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

SEEDED = {
    "contact_kind": 15,
    "caller_role": 18,
    "age_band": 9,
    "gender": 4,
    "yes_no": 3,
    "concern": 19,
    "ideology": 10,
    "ideology_basis": 3,
    "risk_level": 4,
    "action": 14,
    "outcome": 10,
    "decline_reason": 7,
}


@pytest.mark.parametrize(("kind", "count"), SEEDED.items())
def test_every_list_is_seeded_whole(kind: str, count: int) -> None:
    assert CodedValue.objects.choosable(kind).count() == count


def test_every_value_has_both_labels_and_every_kind_has_values() -> None:
    assert not CodedValue.objects.filter(label_sv="").exists()
    assert not CodedValue.objects.filter(label_en="").exists()
    assert set(CodedValue.objects.values_list("kind", flat=True)) == set(Kind.values)


def test_the_label_is_in_the_readers_language() -> None:
    parent = CodedValue.objects.get(pk="caller_role:parent")
    with translation.override("sv"):
        assert parent.label == "Förälder"
    with translation.override("en"):
        assert parent.label == "Parent"


def test_the_lists_keep_the_order_they_were_written_in() -> None:
    bands = list(CodedValue.objects.choosable(Kind.AGE_BAND).values_list("code", flat=True))
    assert bands[:3] == ["under_12", "12_14", "15_17"]
    assert bands[-1] == "unknown"


def test_a_retired_value_cannot_be_chosen_and_stays_where_it_was_chosen() -> None:
    alice = make_user("alice")
    before = make_contact(alice, facts=ContactFacts(caller_role="sibling"))
    retire_value(actor=actor_for(alice), value=CodedValue.objects.get(pk="caller_role:sibling"))
    with pytest.raises(UnknownValue):
        make_contact(alice, facts=ContactFacts(caller_role="sibling"))
    before.refresh_from_db()
    assert before.caller_role_id == "caller_role:sibling"
    assert not CodedValue.objects.choosable(Kind.CALLER_ROLE).filter(code="sibling").exists()


def test_retiring_twice_is_recorded_once() -> None:
    actor = actor_for(make_user("alice"))
    value = CodedValue.objects.get(pk="found_line:poster_or_leaflet")
    first = retire_value(actor=actor, value=value).retired_at
    assert retire_value(actor=actor, value=value).retired_at == first
    assert [entry.subject_reference for entry in entries(Action.VALUE_RETIRED)] == [
        "found_line:poster_or_leaflet"
    ]


def test_a_new_value_comes_last_and_its_code_is_never_taken_again() -> None:
    actor = actor_for(make_user("alice"))
    new: dict[str, Any] = {"kind": Kind.FOUND_LINE, "code": "radio", "label_en": "Radio", "label_sv": "Radio"}
    added = add_value(actor=actor, **new)
    assert list(CodedValue.objects.choosable(Kind.FOUND_LINE))[-1] == added
    retire_value(actor=actor, value=added)
    with pytest.raises(CodeTaken):
        add_value(actor=actor, **new)
    assert len(entries(Action.VALUE_ADDED)) == 1


@pytest.mark.parametrize(
    "misuse",
    [
        "DELETE FROM cases_codedvalue WHERE id = 'found_line:other'",
        "UPDATE cases_codedvalue SET code = 'elsewhere', id = 'found_line:elsewhere' WHERE id = 'found_line:other'",
        "UPDATE cases_codedvalue SET id = 'found_line:elsewhere' WHERE id = 'found_line:other'",
        "INSERT INTO cases_codedvalue VALUES ('gender:new', 'gender', 'newer', 'New', 'Ny', 9, NULL)",
        "INSERT INTO cases_codedvalue VALUES ('gender:man ', 'gender', 'man ', 'New', 'Ny', 9, NULL)",
    ],
)
def test_the_database_keeps_codes_as_they_were(misuse: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(misuse)
    assert CodedValue.objects.get(pk="found_line:other").label_en == "Other"


def test_the_database_refuses_an_answer_of_another_kind() -> None:
    contact = make_contact(make_user("alice"))
    with pytest.raises(DatabaseError), transaction.atomic():
        type(contact).objects.filter(pk=contact.pk).update(gender="caller_role:parent")
