"""Every free text about a caller or a case is looked through for personal data before it is saved."""

from django import forms
from django.urls import get_resolver

from cases.pages.scanned import ScannedForm
from cases.scan.findings import Kind, scan, warning

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
