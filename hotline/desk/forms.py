"""Forms of the desk: they check shapes, the services check rules."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hotline.calls.manual import ByHand
from hotline.lines.models import Line

MINUTES_AT_MOST = 240


class EnterCallForm(forms.Form):
    """What somebody remembers of a call that the provider told us nothing of."""

    line = forms.ModelChoiceField(label=_("Line"), queryset=Line.objects.all(), empty_label=None)
    at = forms.DateTimeField(
        label=_("When the call came"),
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    answered = forms.BooleanField(label=_("I spoke with the caller"), required=False, initial=True)
    minutes = forms.IntegerField(
        label=_("Minutes of talk"),
        min_value=0,
        max_value=MINUTES_AT_MOST,
        required=False,
        help_text=_("Roughly. Leave it empty if nobody answered."),
    )
    withheld = forms.BooleanField(label=_("The number was withheld"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask how long, where somebody answered."""
        cleaned = super().clean() or {}
        if cleaned.get("answered") and cleaned.get("minutes") is None and "minutes" not in self.errors:
            self.add_error("minutes", ValidationError(_("Say roughly how long you spoke.")))
        return cleaned

    def entered(self) -> ByHand:
        """Give what was entered."""
        cleaned = self.cleaned_data
        talked = timedelta(minutes=cleaned["minutes"]) if cleaned["answered"] else None
        return ByHand(line=cleaned["line"], at=cleaned["at"], talked=talked, withheld=cleaned["withheld"])
