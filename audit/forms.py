"""What the auditor looks for in the trail."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from audit.queries import Search


class SearchForm(forms.Form):
    """Look for what was done, by whom, about what and when; every part may be left empty."""

    action = forms.ChoiceField(
        label=_("What was done"), required=False, choices=[("", _("Everything")), *Action.choices]
    )
    actor = forms.CharField(label=_("Who"), required=False, max_length=200)
    subject = forms.CharField(label=_("About (reference)"), required=False, max_length=200)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To and including"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean(self) -> dict[str, object]:
        """See that the days follow each other."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            raise ValidationError(_("The last day is before the first: choose a later one."))
        return cleaned

    def search(self) -> Search:
        """Give what to look for; everything, unless the form was sent in good order."""
        return Search(**self.cleaned_data) if self.is_valid() else Search()
