"""The form of a conversation, in its own order: danger, who calls, about whom, what was seen, what was done."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases.coded.models import CodedValue, Kind, Municipality
from cases.record.facts import ContactFacts
from cases.record.models import CODED_FIELDS
from cases.scan.findings import scan, warning

SINGLE_LABELS = {
    "acute_danger": _("Is anyone in acute danger?"),
    "caller_role": _("Who is calling"),
    "language": _("Language"),
    "interpreter": _("Interpreter"),
    "age_band": _("Age of the person the concern is about"),
    "gender": _("Gender"),
    "children_in_home": _("Children in the home"),
    "risk_level": _("Risk level"),
    "protective_factors": _("Protective factors"),
    "wish_to_change": _("Wish to change"),
    "found_line": _("How the caller found the line"),
}
AS_BUTTONS = {
    "acute_danger",
    "children_in_home",
    "protective_factors",
    "wish_to_change",
    "interpreter",
    "gender",
}
LONGEST_TEXT = 20_000


class ContactForm(forms.Form):
    """Coded answers, all optional but the kind, and a text that is scanned for personal data before it is saved."""

    kind = forms.ChoiceField(label=_("Kind of contact"))
    acute_danger = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    caller_role = forms.ChoiceField(required=False)
    language = forms.ChoiceField(required=False)
    interpreter = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    municipality = forms.ChoiceField(
        label=_("Municipality"), required=False, help_text=_("Leave it empty if it was not stated.")
    )
    age_band = forms.ChoiceField(required=False)
    gender = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    children_in_home = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    concerns = forms.MultipleChoiceField(
        label=_("What the caller has seen"), required=False, widget=forms.CheckboxSelectMultiple
    )
    risk_level = forms.ChoiceField(required=False)
    risk_reason = forms.CharField(
        label=_("Why this level"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    protective_factors = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    wish_to_change = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    actions = forms.MultipleChoiceField(
        label=_("What was done"), required=False, widget=forms.CheckboxSelectMultiple
    )
    found_line = forms.ChoiceField(required=False)
    summary = forms.CharField(
        label=_("What was said"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("No names, no personal identity numbers. It is encrypted, and opened only with a trace."),
    )
    keep_personal_data = forms.BooleanField(label=_("Save it as it is"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in SINGLE_LABELS.items():
            self.fields[name].label = label
        for name, kind in CODED_FIELDS.items():
            self._offer(name, kind, empty=name not in AS_BUTTONS and name != "kind")
        self._offer("concerns", Kind.CONCERN)
        self._offer("actions", Kind.ACTION)
        places = [(place.code, place.name) for place in Municipality.objects.only("code", "name")]
        self._choices("municipality", [("", "–"), *places])
        for value in self._values[Kind.IDEOLOGY]:
            self.fields[f"ideology_{value.code}"] = forms.ChoiceField(
                label=value.label,
                required=False,
                choices=[("", "–"), *self._labelled(Kind.IDEOLOGY_BASIS)],
            )
        if not self.personal_data:
            self.fields["keep_personal_data"].widget = forms.HiddenInput()

    @property
    def ideology_fields(self) -> list[forms.BoundField]:
        """Give one field per ideology, whose answer is what the note rests on."""
        return [self[name] for name in self.fields if name.startswith("ideology_")]

    @cached_property
    def personal_data(self) -> str:
        """Name what the texts seem to contain that points a person out; empty where nothing does."""
        texts = [str(self.data.get(self.add_prefix(name), "")) for name in ("summary", "risk_reason")]
        return warning(scan("\n".join(texts))) if self.is_bound else ""

    def clean(self) -> dict[str, Any]:
        """Ask once more before personal data is saved, and ask for the reason of a risk level."""
        cleaned = super().clean() or self.cleaned_data
        if self.personal_data and not cleaned.get("keep_personal_data"):
            self.add_error("summary", self.personal_data)
        if cleaned.get("risk_level") and not cleaned.get("risk_reason", "").strip():
            self.add_error("risk_reason", _("Say why the risk is at this level."))
        return cleaned

    def facts(self) -> ContactFacts:
        """Give the coded answers of a valid form."""
        given = self.cleaned_data
        ideologies = tuple(
            (name.removeprefix("ideology_"), basis)
            for name, basis in given.items()
            if name.startswith("ideology_") and basis
        )
        single = {name: given[name] for name in CODED_FIELDS.keys() - {"kind"}}
        return ContactFacts(
            **single,
            municipality=given["municipality"],
            concerns=tuple(given["concerns"]),
            actions=tuple(given["actions"]),
            ideologies=ideologies,
            risk_reason=given["risk_reason"],
        )

    @cached_property
    def _values(self) -> dict[str, list[CodedValue]]:
        found: dict[str, list[CodedValue]] = {kind.value: [] for kind in Kind}
        for value in CodedValue.objects.filter(retired_at__isnull=True).order_by("order", "code"):
            found[value.kind].append(value)
        return found

    def _labelled(self, kind: Kind) -> list[tuple[str, str]]:
        return [(value.code, value.label) for value in self._values[kind]]

    def _offer(self, name: str, kind: Kind, *, empty: bool = False) -> None:
        self._choices(name, ([("", "–")] if empty else []) + self._labelled(kind))

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(name)
        field.choices = choices
