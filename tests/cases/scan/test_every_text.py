"""Every free text about a caller or a case is looked through for personal data before it is saved."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus

import pytest
from django import forms
from django.urls import get_resolver
from django.utils import timezone
from pytest_django import Settings

from cases.pages.scanned import ScannedForm
from cases.scan.findings import Kind, scan, warning
from tests.cases.factories import make_case, make_note, make_user, signed_in

LOOKED_THROUGH_IN_THE_VIEW = {"RenewForm.message", "ComposeForm.message"}
"""A preview that names what was found stands before what leaves; the field may be there to name the caller."""
NOT_ABOUT_CALLERS = {
    "hotline.guidance",
    "hotline.lines",
    "referrals.directory",
    "referrals.staff.directory",
    "referrals.portal",
    "referrals.staff.questions",
}


def all_forms(base: type[forms.BaseForm] = forms.BaseForm) -> set[type[forms.BaseForm]]:
    """Give every form class there is once all addresses are known."""
    return {base}.union(*(all_forms(each) for each in base.__subclasses__()))


def long_texts(form: type[forms.BaseForm]) -> set[str]:
    fields = getattr(form, "base_fields", {})
    return {name for name, field in fields.items() if isinstance(field.widget, forms.Textarea)}


def test_no_form_of_the_record_asks_for_a_text_that_is_not_looked_through() -> None:
    assert get_resolver().url_patterns
    rooms = ("cases.", "referrals.", "hotline.")
    ours = [form for form in all_forms() if form.__module__.startswith(rooms)]
    missing = {
        f"{form.__name__}.{name}"
        for form in ours
        if not any(form.__module__.startswith(prefix) for prefix in NOT_ABOUT_CALLERS)
        for name in long_texts(form) - set(getattr(form, "scanned", ()))
    }
    assert missing <= LOOKED_THROUGH_IN_THE_VIEW
    texts = {name for form in ours if issubclass(form, ScannedForm) for name in form.scanned}
    assert {"text", "reason", "note", "question", "answer", "summary", "risk_reason"} <= texts


def test_what_was_found_is_named_and_not_repeated() -> None:
    text = "Hon nås på 070-174 06 05 eller mamma@example.org, Storgatan 12."
    found = warning(scan(text))
    assert {finding.kind for finding in scan(text)} == {Kind.PHONE, Kind.EMAIL, Kind.ADDRESS}
    assert "telefonnummer" in found
    assert not any(part in found for part in ("070", "mamma", "Storgatan"))


@pytest.mark.django_db(databases=["default", "keys"])
def test_every_page_names_what_it_found_and_saves_nothing_until_told_to(settings: Settings) -> None:
    settings.SECOND_FACTOR_FORCED = False
    alice, bob = make_user("alice"), make_user("bob")
    case, client = make_case(alice), signed_in(alice)
    note = make_note(case, alice)
    today, found = timezone.localdate(), "Nås på 070-174 06 05."
    page = f"/cases/{case.reference}"
    texts: dict[str, Mapping[str, object]] = {
        f"{page}/notes/add/": {"text": found},
        f"/cases/notes/{note.reference}/amend/": {"text": "ny", "reason": found, "version": 1},
        f"{page}/follow-ups/add/": {"text": found, "due_on": today},
        f"{page}/hand-over/": {"note": found, "colleague": bob.pk},
        f"{page}/second-look/": {"question": found},
        f"{page}/wait/": {"reason": found, "until": today},
    }
    for path, answers in texts.items():
        answer = client.post(path, {**answers, "record": str(uuid.uuid4())})
        assert (path, answer.status_code) == (path, HTTPStatus.OK)
        assert "telefonnummer" in answer.content.decode()
    case.refresh_from_db()
    note.refresh_from_db()
    made = (case.notes.count(), case.follow_ups.count(), case.hand_overs.count(), case.second_looks.count())
    assert (made, case.state, note.version) == ((1, 0, 0, 0), "open", 1)
    for path, answers in list(texts.items())[:3]:
        kept = {**answers, "record": str(uuid.uuid4()), "keep_personal_data": "on"}
        assert client.post(path, kept).status_code == HTTPStatus.FOUND
