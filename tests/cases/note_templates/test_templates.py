"""Templates: kept by supervisors in versions, put into a note without losing what was written."""

import uuid
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from audit.actions import Action
from cases.note_templates.models import NoteTemplate, NoteTemplateVersion
from cases.note_templates.queries import current
from cases.note_templates.services import (
    TemplateRetired,
    Wording,
    add_template,
    change_template,
    retire_template,
)
from cases.record.models import Note
from cases.record.refusals import EditedMeanwhile
from tests.cases.factories import actor_for, entries, make_case, make_note, make_user, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
WORDING = Wording("Uppföljning", "Follow-up", "Läget nu:", "Where things stand:")
PAGE = "/cases/note-templates/"


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Settings) -> None:
    settings.SECOND_FACTOR_FORCED = False
    NoteTemplateVersion.objects.all().delete()
    NoteTemplate.objects.all().delete()


def make_template(wording: Wording = WORDING) -> NoteTemplate:
    """Add a template as a supervisor."""
    sam = make_user("sam", "supervisor")
    return add_template(actor=actor_for(sam, "supervisor"), user=sam, wording=wording)


def test_a_change_is_a_new_version_made_from_the_newest() -> None:
    template = make_template()
    sam = NoteTemplateVersion.objects.get().written_by
    assert sam is not None
    change = {"actor": actor_for(sam), "user": sam, "template": template}
    wording = Wording("Uppföljning", "Follow-up", "Nu:", "Now:")
    change_template(**change, wording=wording, expected_version=1)  # type: ignore[arg-type]
    with pytest.raises(EditedMeanwhile):
        change_template(**change, wording=WORDING, expected_version=1)  # type: ignore[arg-type]
    assert [(each.number, each.text_sv) for each in current()] == [(2, "Nu:")]
    assert NoteTemplateVersion.objects.filter(template=template).count() == 2
    assert [retire_template(actor=actor_for(sam), template=template) for _press in range(2)] == [True, False]
    with pytest.raises(TemplateRetired):
        change_template(**change, wording=WORDING, expected_version=2)  # type: ignore[arg-type]
    assert not current().exists()
    made = (Action.NOTE_TEMPLATE_ADDED, Action.NOTE_TEMPLATE_CHANGED, Action.NOTE_TEMPLATE_RETIRED)
    assert [len(entries(action)) for action in made] == [1, 1, 1]


def test_supervisors_keep_them_on_pages_and_nobody_else() -> None:
    client = signed_in(make_user("sam", "supervisor"))
    answers = {**vars(WORDING), "record": str(uuid.uuid4()), "version": "0"}
    for _press in range(2):
        assert client.post(f"{PAGE}add/", answers).status_code == HTTPStatus.FOUND
    template = NoteTemplate.objects.get()
    address = f"{PAGE}{template.pk}/"
    changed = {**answers, "version": "1", "text_sv": "Nu:"}
    assert client.post(address, changed).status_code == HTTPStatus.FOUND
    stale = client.post(address, {**changed, "text_sv": "Mitt eget:"}).content.decode()
    assert "Mitt eget:" in stale
    assert "Nu:" in client.get(PAGE).content.decode()
    assert "Läget nu:" in client.get(address).content.decode()
    assert client.post(f"{address}retire/").status_code == HTTPStatus.FOUND
    assert client.get(address).status_code == HTTPStatus.NOT_FOUND
    for role in ("counsellor", "administrator", "auditor", "recipient"):
        other = signed_in(make_user(f"other-{role}", role))
        paths = (PAGE, f"{PAGE}add/", address, f"{address}retire/")
        assert {other.post(path, changed).status_code for path in paths[1:]} == {HTTPStatus.FORBIDDEN}
        assert other.get(PAGE).status_code == HTTPStatus.FORBIDDEN


def test_a_template_that_points_a_person_out_is_warned_of() -> None:
    client = signed_in(make_user("sam", "supervisor"))
    answers = {**vars(WORDING), "record": str(uuid.uuid4()), "version": "0", "text_sv": "Ring 070-174 06 05"}
    assert "telefonnummer" in client.post(f"{PAGE}add/", answers).content.decode()
    assert not NoteTemplate.objects.exists()


def test_a_press_puts_a_template_into_a_note_and_loses_nothing() -> None:
    template, alice = make_template(), make_user("alice")
    client, case = signed_in(alice), make_case(alice)
    note = make_note(case, alice, "first words")
    add, amend = reverse("cases:note-add", args=[case.reference]), f"/cases/notes/{note.reference}/amend/"
    empty = client.post(add, {"template": str(template.pk), "text": "", "record": str(uuid.uuid4())})
    assert textarea(empty) == "Läget nu:"
    pressed = {
        "template": str(template.pk),
        "text": "what I wrote",
        "version": "1",
        "reason": "more is known",
    }
    record = str(uuid.uuid4())
    assert textarea(client.post(add, pressed | {"record": record})) == "what I wrote\n\nLäget nu:"
    again = client.post(amend, pressed).content.decode()
    assert "what I wrote\n\nLäget nu:" in again
    assert 'value="more is known"' in again
    assert (Note.objects.get().version, NoteTemplate.objects.count()) == (1, 1)
    gone = client.post(add, {"template": str(uuid.uuid4()), "text": "mine", "record": record})
    assert textarea(gone) == "mine"
    assert client.post(add, {"template": "no id", "text": "mine"}).status_code == HTTPStatus.NOT_FOUND


def textarea(response: object) -> str:
    """Give what stands in the note's field."""
    form = response.context["form"]  # type: ignore[attr-defined]
    return str(form["text"].value())


def test_the_note_page_offers_each_by_a_key(client: Client) -> None:
    make_template()
    alice = make_user("alice")
    case = make_case(alice)
    page = signed_in(alice).get(reverse("cases:note-add", args=[case.reference])).content.decode()
    assert 'data-puts-in="Läget nu:"' in page
    assert 'data-shortcut="1"' in page
    assert PAGE not in page
