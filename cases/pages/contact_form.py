"""Ask about a conversation in the order it goes: danger first, what was seen before what is thought."""

from collections.abc import Iterator

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from cases.coded.models import CodedValue, Kind
from cases.pages.choices import CodedForm, municipality, one_of, several_of
from cases.pages.scanned import ScannedForm
from cases.record.facts import ContactFacts
from cases.record.models import CODED_FIELDS, Contact, ContactIdeology
from cases.record.services import ContactTexts

IDEOLOGY = "ideology_"
FOLDED = ("children_in_home", "protective_factors", "wish_to_change", "interpreter", "found_line")


class ContactForm(CodedForm, ScannedForm):
    """The facts and the summary of a contact; validates shape, the service the rules."""

    scanned = ("summary", "risk_reason")
    also_kinds = frozenset({Kind.IDEOLOGY, Kind.IDEOLOGY_BASIS})

    acute_danger = one_of(Kind.YES_NO, _("Acute danger"))
    kind = one_of(Kind.CONTACT_KIND, _("Kind of conversation"), required=True)
    caller_role = one_of(Kind.CALLER_ROLE, _("Who is calling"))
    municipality = municipality(_("Municipality"))
    language = one_of(Kind.LANGUAGE, _("Language"))
    age_band = one_of(Kind.AGE_BAND, _("Age of the person the concern is about"))
    gender = one_of(Kind.GENDER, _("Gender of the person the concern is about"))
    concerns = several_of(Kind.CONCERN, _("What has been seen"))
    summary = forms.CharField(
        label=_("Summary"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("No names, personal identity numbers or addresses."),
    )
    risk_level = one_of(Kind.RISK_LEVEL, _("Risk level"))
    risk_reason = forms.CharField(
        label=_("Why this level"), required=False, max_length=4_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    actions = several_of(Kind.ACTION, _("What was done"))
    children_in_home = one_of(Kind.YES_NO, _("Children in the home"))
    protective_factors = one_of(Kind.YES_NO, _("Protective factors"))
    wish_to_change = one_of(Kind.YES_NO, _("Wish to change"))
    interpreter = one_of(Kind.YES_NO, _("Interpreter"))
    found_line = one_of(Kind.FOUND_LINE, _("How the caller found the line"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        bases: list[tuple[str, object]] = [("", _("Not noted")), *self.values[Kind.IDEOLOGY_BASIS]]
        for code, label in self.values[Kind.IDEOLOGY]:
            self.fields[f"{IDEOLOGY}{code}"] = forms.ChoiceField(label=label, choices=bases, required=False)

    @property
    def has_more_answers(self) -> bool:
        """Tell whether something is answered, or wrong, among the questions that are folded away."""
        folded = [*FOLDED, *(name for name in self.fields if name.startswith(IDEOLOGY))]
        return any(self[name].value() or self[name].errors for name in folded)

    def clean_risk_reason(self) -> str:
        """Ask for the reason where a level was chosen."""
        reason: str = self.cleaned_data["risk_reason"]
        if self.cleaned_data.get("risk_level") and not reason.strip():
            raise forms.ValidationError(_("A risk level needs its reason."), code="required")
        return reason

    @property
    def ideology_fields(self) -> Iterator[BoundField]:
        """Give one field for each ideology: what the note rests on, or nothing."""
        return (self[name] for name in self.fields if name.startswith(IDEOLOGY))

    def facts(self) -> ContactFacts:
        """Give the valid answers as the service takes them."""
        answers = self.cleaned_data
        single = {name: answers[name] for name in CODED_FIELDS.keys() - {"kind"}}
        noted = {
            name.removeprefix(IDEOLOGY): answers[name] for name in self.fields if name.startswith(IDEOLOGY)
        }
        return ContactFacts(
            **single,
            concerns=tuple(answers["concerns"]),
            actions=tuple(answers["actions"]),
            ideologies=tuple((code, basis) for code, basis in noted.items() if basis),
            municipality=answers["municipality"],
            risk_reason=answers["risk_reason"],
        )


class AmendContactForm(ContactForm):
    """A contact's answers, to be corrected; what it holds of values since retired may stay."""

    kind = None  # type: ignore[assignment]
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: object, contact: Contact, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in CODED_FIELDS.keys() - {"kind"}:
            self._keep(name, getattr(contact, name))
        for value in contact.concerns.all():
            self._keep("concerns", value)
        for value in contact.actions.all():
            self._keep("actions", value)
        for note in _ideologies(contact):
            name = f"{IDEOLOGY}{note.value.code}"
            if name not in self.fields:
                bases = [("", _("Not noted"))]
                self.fields[name] = forms.ChoiceField(label=note.value.label, choices=bases, required=False)
            self._keep(name, note.basis)

    def _keep(self, name: str, value: CodedValue | None) -> None:
        field = self.fields[name]
        if value and isinstance(field, forms.ChoiceField) and not field.valid_value(value.code):
            field.choices = [*field.choices, (value.code, value.label)]  # type: ignore[misc]


def answers_of(contact: Contact, texts: ContactTexts) -> dict[str, object]:
    """Give a contact's answers as its form begins with them."""
    single = {name: getattr(contact, f"{name}_id") for name in CODED_FIELDS.keys() - {"kind"}}
    return {
        **{name: held.partition(":")[2] for name, held in single.items() if held},
        **{f"{IDEOLOGY}{each.value.code}": each.basis.code for each in _ideologies(contact)},
        "concerns": list(contact.concerns.values_list("code", flat=True)),
        "actions": list(contact.actions.values_list("code", flat=True)),
        "municipality": contact.municipality_id,
        "summary": texts.summary,
        "risk_reason": texts.risk_reason,
        "version": contact.version,
    }


def _ideologies(contact: Contact) -> QuerySet[ContactIdeology]:
    return contact.ideology_notes.select_related("value", "basis")
