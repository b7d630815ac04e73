"""What the tables hold: no text in clear anywhere, and what goes with what when rows are deleted."""

import pytest
from django.apps import apps
from django.db import connections, models
from django.db.models import ProtectedError

from cases.break_glass.services import review_opening
from cases.followups.services import move_follow_up
from cases.key_holders import of_the_record
from cases.record.facts import ContactFacts
from cases.record.history import history_of
from cases.record.models import CallerCode, Case, Contact, Flag, Grant, NoteVersion
from cases.record.services import amend_contact, amend_note, open_case
from cases.search.words import find_words
from cases.vault.models import DataKey
from tests.cases.factories import (
    actor_for,
    break_in,
    flag,
    make_case,
    make_contact,
    make_follow_up,
    make_note,
    make_user,
)

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

PLANTED = "Sörgårdsgatan"


def every_row_as_text(alias: str) -> str:
    """Give every row of every table of a database as PostgreSQL writes it, bytes also as they would read."""
    with connections[alias].cursor() as cursor:
        tables = connections[alias].introspection.table_names(cursor)
        rows = []
        for table in tables:
            cursor.execute(f'SELECT t.* FROM "{table}" t')  # noqa: S608 - the database's own names
            rows += [b"|".join(_bytes(value) for value in row) for row in cursor.fetchall()]
    return b"\n".join(rows).decode("utf-8", "replace")


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def test_no_text_is_in_clear_in_any_table_histories_and_trail_included() -> None:
    alice = make_user("alice")
    actor = actor_for(alice)
    facts = ContactFacts(risk_level="high", risk_reason=f"reason at {PLANTED}", municipality="0180")
    contact = make_contact(alice, summary=f"lives at {PLANTED}", facts=facts)
    amend_contact(
        actor=actor,
        user=alice,
        contact=contact,
        expected_version=1,
        facts=facts,
        summary=f"moved to {PLANTED}",
    )
    opened = open_case(actor=actor, user=alice, contact=contact)
    note = make_note(opened.case, alice, f"told me about {PLANTED}")
    amend_note(
        actor=actor,
        user=alice,
        note=note,
        text=f"not {PLANTED}",
        reason=f"wrong: {PLANTED}",
        expected_version=1,
    )
    follow_up = make_follow_up(opened.case, alice, text=f"write to {PLANTED}")
    move_follow_up(
        actor=actor,
        user=alice,
        follow_up=follow_up,
        due_on=follow_up.due_on,
        expected_version=follow_up.version,
    )
    sam = make_user("sam", "supervisor")
    opening = break_in(make_user("bob"), opened.case, f"they are at {PLANTED}")
    review_opening(
        actor=actor_for(sam), user=sam, opening=opening, finding="justified", remark=f"yes, at {PLANTED}"
    )
    find_words(actor=actor, user=alice, case=opened.case, words=PLANTED)
    stored = every_row_as_text("default") + every_row_as_text("keys")
    assert opened.case.reference in stored
    for secret in (PLANTED, PLANTED.encode().hex(), opened.caller_code, opened.caller_code.replace("-", "")):
        assert secret not in stored


def test_histories_hold_sealed_texts_under_the_keys_of_the_living_rows() -> None:
    alice = make_user("alice")
    case = make_case(alice, summary="first")
    follow_up = make_follow_up(case, alice)
    assert {row.key for row in history_of(case.contacts.get())} == {case.key}
    assert {row.key for row in history_of(follow_up)} == {case.key}
    assert {row.history_user for row in history_of(follow_up)} == {alice}


def test_the_vault_learns_every_key_that_a_row_names() -> None:
    alice = make_user("alice")
    case = make_case(alice, summary="first")
    note, loose = make_note(case, alice), make_contact(alice, summary="one-off")
    named = of_the_record()
    assert (
        set(named["case"])
        == {case.key}
        == set(NoteVersion.objects.filter(note=note).values_list("key", flat=True))
    )
    assert set(named["contact"]) == {case.key, loose.key}
    assert set(named["draft"]) == set()
    assert DataKey.objects.filter(pk__in={case.key, loose.key}).count() == 2


def test_what_only_opens_a_case_goes_with_it() -> None:
    alice = make_user("alice")
    case = make_case(alice)
    flag(case, alice)
    case.contacts.update(case=None)
    case.delete()
    assert not any(model.objects.exists() for model in (Case, CallerCode, Grant, Flag))
    assert Contact.objects.count() == 1


@pytest.mark.parametrize("keeps", ["contact", "note", "follow-up"])
def test_a_case_cannot_be_deleted_from_under_what_was_written_in_it(keeps: str) -> None:
    alice = make_user("alice")
    case = make_case(alice)
    if keeps != "contact":
        case.contacts.update(case=None)
    if keeps == "note":
        make_note(case, alice)
    if keeps == "follow-up":
        make_follow_up(case, alice)
    with pytest.raises(ProtectedError):
        case.delete()


def test_history_rows_survive_the_row_until_they_are_purged_themselves() -> None:
    alice = make_user("alice")
    contact = make_contact(alice, summary="one-off")
    rows = history_of(contact)
    contact.delete()
    assert {row.history_type for row in rows} == {"~", "-"}
    rows.delete()
    assert not rows.all().exists()


def test_coded_values_and_people_cannot_be_deleted_while_a_contact_names_them() -> None:
    contact = make_contact(make_user("alice"))
    with pytest.raises(ProtectedError):
        contact.kind.delete()
    with pytest.raises(ProtectedError):
        contact.logged_by.delete()


def test_free_text_is_never_a_text_column() -> None:
    plain = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("cases").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.TextField)
    }
    assert plain == {"NoteTemplateVersion.text_en", "NoteTemplateVersion.text_sv"}, "these are about nobody"
