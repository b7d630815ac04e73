"""What can be searched by: the work's own facts. Nothing about a person is asked here, and a test keeps it so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from cases.break_glass.knocks import case_reference_in
from cases.pages.choices import CodedForm, municipality
from cases.pages.life_forms import ColleagueField
from cases.record.colleagues import WORKING
from cases.record.models import CaseState
from cases.search.lists import Wanted

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_PAGES = 40
STATES = [("", _("Any state")), *((each.value, each.label) for each in CaseState if each != CaseState.PURGED)]


def _day(label: StrOrPromise) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class GoForm(forms.Form):
    """A case's reference, typed whole."""

    reference = forms.CharField(
        label=_("Case reference"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
        help_text=_("Such as A-7KQ2MX. Spaces and small letters do not matter."),
    )

    def clean_reference(self) -> str:
        """Give the reference in its own spelling; a slip is told and not counted."""
        reference = case_reference_in(self.cleaned_data["reference"])
        if not reference:
            raise forms.ValidationError(_("A case reference is an A and six letters or digits."))
        return reference


class SearchForm(CodedForm):
    """Which of the cases one may open."""

    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    owner = ColleagueField(User.objects.none(), label=_("Owner"), required=False, empty_label=_("Anyone"))
    municipality = municipality(_("Municipality"), empty=_("Any municipality"))
    opened_from = _day(_("Opened from"))
    opened_until = _day(_("Opened until"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["owner"]
        if isinstance(choice, forms.ModelChoiceField):
            working = User.objects.filter(groups__name__in=WORKING).distinct()
            choice.queryset = working.order_by("first_name", "last_name", "username")
        place = self.fields["municipality"]
        place.help_text = _("Cases with protected identity are found by no municipality.")

    def clean(self) -> dict[str, Any]:
        """See that the days are in order."""
        answers: dict[str, Any] = super().clean() or {}
        first, last = answers.get("opened_from"), answers.get("opened_until")
        if first and last and last < first:
            self.add_error("opened_until", _("Choose a day that is not before the first."))
        return answers

    def wanted(self) -> Wanted:
        """Give what was asked for."""
        return Wanted(**self.cleaned_data)


class PageForm(forms.Form):
    """Which page of the finds."""

    page = forms.IntegerField(min_value=1, max_value=MOST_PAGES)


class WordsForm(forms.Form):
    """Words sought in the texts of one case."""

    words = forms.CharField(
        label=_("Words in the notes"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "Every word must be there; parts of words count. Looking is recorded, the words are not."
        ),
    )
