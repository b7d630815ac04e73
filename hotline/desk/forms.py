"""Forms of the desk: they check shapes, the services check rules."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.pages.contact_form import ContactForm
from cases.record.models import Channel
from hotline.calls.manual import ByHand
from hotline.lines.models import Line

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MINUTES_AT_MOST = 240


def _moment(label: StrOrPromise) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class EnterCallForm(forms.Form):
    """What somebody remembers of a call that the provider told us nothing of."""

    line = forms.ModelChoiceField(label=_("Line"), queryset=Line.objects.all(), empty_label=None)
    at = _moment(_("When the call came"))
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


class ContactByHandForm(ContactForm):
    """A conversation that was no call of ours: how and when it was held, then as any other."""

    channel = forms.ChoiceField(
        label=_("How you spoke"), choices=Channel.choices, initial=Channel.EMAIL, widget=forms.Select
    )
    begun_at = _moment(_("When the conversation began"))

    def conversation(self) -> dict[str, object]:
        """Give what a call would have told by itself, and the kind."""
        return {name: self.cleaned_data[name] for name in ("channel", "begun_at", "kind")}
