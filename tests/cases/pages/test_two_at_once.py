"""Two people change one thing: the slower one is told, and what the faster one wrote stays until that is known."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from cases.coded.models import CodedValue
from cases.coded.services import retire_value
from cases.followups.models import FollowUp
from cases.record.facts import ContactFacts
from cases.record.models import Case, Contact, Flag, Note, NoteVersion
from tests.cases.factories import (
    actor_for,
    flag,
    let_in,
    make_case,
    make_contact,
    make_follow_up,
    make_note,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
TOLD = ("Någon annan har ändrat", "redan avklarad")
ALE, STOCKHOLM = "1440", "0180"


class Edit(NamedTuple):
    """An edit form: the page it stands on, where it is sent, about what, and what two people answer."""

    page: str
    sent: str
    reference: str
    answers: Sequence[Mapping[str, object]]
    opened_by_post: bool = False


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Settings) -> None:
    settings.SECOND_FACTOR_FORCED = False


def edits(case: Case, user: User) -> Iterator[Edit]:
    """Give every form of the room that changes what is there already, each when its turn has come."""
    in_days = [timezone.localdate() + timedelta(days=number) for number in (3, 9)]
    words = [{"text": f"words of {name}", "reason": "misheard"} for name in ("alice", "bob")]
    note = make_note(case, user).reference
    yield Edit("note-start-amending", "note-amend", note, words, opened_by_post=True)
    heard = [{"gender": gender, "summary": f"heard by {gender}"} for gender in ("woman", "man")]
    contact = case.contacts.get().reference
    yield Edit("contact-start-amending", "contact-amend", contact, heard, opened_by_post=True)
    places = [{"municipality": code} for code in (ALE, STOCKHOLM)]
    yield Edit("municipality", "municipality", case.reference, places)
    flag(case, user)
    warnings = [{"kind": "do_not_call", "until": day} for day in in_days]
    yield Edit("flag-set", "flag-set", case.reference, warnings)
    yield Edit("detail", "flag-lift", case.reference, [{"kind": "do_not_call"}] * 2)
    days = [{"due_on": day} for day in in_days]
    yield Edit("follow-up-move", "follow-up-move", make_follow_up(case, user).reference, days)


def everything() -> list[object]:
    """Give all that the edits could change, as it stands."""
    rows: list[object] = []
    with connection.cursor() as cursor:
        for model in (Case, Contact, Note, NoteVersion, Flag, FollowUp):
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}" ORDER BY id')  # noqa: S608 - our own names
            rows += cursor.fetchall()
    return rows


def version_on(text: str, sent: str) -> str:
    """Read the version in the form that is sent there; a form without an address is sent to its own page."""
    forms = [form for form in text.split("<form")[1:] if 'name="version"' in form]
    (form,) = [each for each in forms if f'action="{sent}"' in each] or forms
    (version,) = re.findall(r'name="version"[^>]*? value="(\d+)"', form)
    return str(version)


def opened(client: Client, edit: Edit) -> str:
    page = reverse(f"cases:{edit.page}", args=[edit.reference])
    response = client.post(page) if edit.opened_by_post else client.get(page)
    return response.content.decode()


def test_no_edit_overwrites_what_somebody_else_has_saved_since() -> None:
    alice, bob = make_user("alice"), make_user("bob")
    case = make_case(alice, summary="heard at first")
    let_in(bob, case)
    faster, slower = signed_in(alice), signed_in(bob)
    for edit in edits(case, alice):
        sent = reverse(f"cases:{edit.sent}", args=[edit.reference])
        version = version_on(opened(slower, edit), sent)
        first, second = ({**each, "version": version} for each in edit.answers)
        before = everything()
        assert faster.post(sent, first).status_code == 302, edit
        saved = everything()
        assert saved != before, edit
        told = slower.post(sent, second, follow=True).content.decode()
        assert any(each in told for each in TOLD), edit
        assert everything() == saved, edit
        if edit.opened_by_post:  # a text: it stays on the page, and is saved by who now knows
            assert str(next(iter(second.values()))) in told
            again = second | {"version": version_on(told, sent)}
            assert slower.post(sent, again).status_code == 302
            assert everything() != saved


def test_a_corrected_contact_keeps_what_it_holds_of_values_retired_since() -> None:
    alice = make_user("alice")
    held = ContactFacts(caller_role="sibling", concerns=("withdrawal",), ideologies=(("mixed", "assumed"),))
    contact = make_contact(alice, facts=held)
    for value in ("caller_role:sibling", "concern:withdrawal", "ideology:mixed", "ideology_basis:assumed"):
        retire_value(actor=actor_for(alice), value=CodedValue.objects.get(pk=value))
    client = signed_in(alice)
    page = client.post(reverse("cases:contact-start-amending", args=[contact.reference])).content.decode()
    assert 'name="kind"' not in page
    assert page.count("selected>Syskon") == 1
    kept = {
        "version": contact.version,
        "caller_role": "sibling",
        "concerns": ["withdrawal"],
        "ideology_mixed": "assumed",
        "gender": "woman",
    }
    sent = client.post(reverse("cases:contact-amend", args=[contact.reference]), kept)
    assert sent.status_code == 302
    contact.refresh_from_db()
    assert (contact.caller_role_id, contact.gender_id) == ("caller_role:sibling", "gender:woman")
    assert contact.ideology_notes.get().basis_id == "ideology_basis:assumed"
    other = make_contact(alice)
    refused = client.post(reverse("cases:contact-amend", args=[other.reference]), kept | {"version": 1})
    assert refused.status_code == 200
