"""Forms of the lines' pages: they check shapes, the services check rules."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from hotline.lines.models import Line
from hotline.lines.prompts import SLOTS, TEXT_AT_MOST
from hotline.lines.services import Settings, version_of
from hotline.telephony.numbers import e164

LONGEST_WAIT_S, SHORTEST_WAIT_S, LONGEST_QUEUE = 3600, 15, 500


class NumberField(forms.CharField):
    """A telephone number as people write it, kept in international form."""

    def clean(self, value: Any) -> str:
        """Bring it to E.164."""
        text = str(super().clean(value))
        number = e164(text)
        if text and not number:
            raise ValidationError(
                _("This is not a telephone number. Write it as 020-100 200 or +46 20 100 200.")
            )
        return number


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """A line's settings, with the version of them that the page showed."""

    version = forms.CharField(max_length=16, widget=forms.HiddenInput)
    other_languages = forms.MultipleChoiceField(
        label=_("Further languages offered"),
        choices=Line.Language,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("With any, callers choose their language first. The line's own need not be ticked."),
    )
    discreet_number = NumberField(
        label=_("Number shown when the line's own may not be seen"),
        max_length=32,
        required=False,
        help_text=_("For call-backs to somebody whose telephone others look at. Without one none is shown."),
    )

    class Meta:
        model = Line
        fields = (
            "name",
            "mode",
            "closed_on_holidays",
            "language",
            "other_languages",
            "asks_who_calls",
            "ringing",
            "queue_at_most",
            "wait_at_most_s",
            "discreet_number",
        )
        help_texts = {
            "closed_on_holidays": _("Applies to set hours; Christmas, Midsummer and New Year's Eve too.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = version_of(self.instance)
        self.fields["queue_at_most"].validators += [MinValueValidator(1), MaxValueValidator(LONGEST_QUEUE)]
        self.fields["wait_at_most_s"].validators += [
            MinValueValidator(SHORTEST_WAIT_S),
            MaxValueValidator(LONGEST_WAIT_S),
        ]

    def clean(self) -> dict[str, object]:
        """Leave the line's own language out of the further ones."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["other_languages"] = [
            each for each in cleaned.get("other_languages", []) if each != cleaned.get("language")
        ]
        return cleaned

    def settings(self) -> Settings:
        """Give what the service takes."""
        return Settings(**{name: self.cleaned_data[name] for name in Settings.__dataclass_fields__})


class NewLineForm(forms.Form):
    """A new line; all else is set on its pages before it opens."""

    line = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    number = NumberField(
        label=_("Number"), max_length=32, help_text=_("The number people call. It cannot be changed later.")
    )
    name = forms.CharField(label=_("Name"), max_length=80)
    language = forms.ChoiceField(label=_("Language"), choices=Line.Language)


class HoursForm(forms.Form):
    """A stretch of opening hours on one or more weekdays."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"),
        choices=[(number, capfirst(name)) for number, name in WEEKDAYS.items()],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    opens = forms.TimeField(label=_("Opens"), widget=forms.TimeInput(attrs={"type": "time"}))
    closes = forms.TimeField(
        label=_("Closes"),
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=_("00:00 is the end of the day."),
    )


class ClosureForm(forms.Form):
    """Days on which nobody is let through."""

    closure = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    first_day = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave empty for one day."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=120,
        required=False,
        help_text=_("For colleagues; callers do not hear it."),
    )

    def clean(self) -> dict[str, object]:
        """Let one day stand for itself."""
        cleaned = super().clean() or self.cleaned_data
        if "first_day" in cleaned and "last_day" in cleaned:
            cleaned["last_day"] = cleaned["last_day"] or cleaned["first_day"]
        return cleaned


class FirstDayForm(forms.Form):
    """From which day on the coming days are shown."""

    first = forms.DateField(required=False)


class PromptForm(forms.Form):
    """What callers hear at one place, in one language; what keeps them safe has no audio to put in its place."""

    version = forms.CharField(max_length=16, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Text read aloud"),
        max_length=TEXT_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    audio_url = forms.URLField(
        label=_("Address of hosted audio"),
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text=_(
            "Played instead of the text where the operator can. The operator fetches it: https only, open to all."
        ),
    )

    def __init__(self, *args: Any, slot: str, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["lang"] = language
        self.fields["text"].help_text = str(SLOTS[slot].heard)
        if SLOTS[slot].must_be_read:
            del self.fields["audio_url"]

    def clean_text(self) -> str:
        """Write every line break one way."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")

    def wording(self) -> dict[str, str]:
        """Give the text, and the audio's address where there may be one."""
        return {"text": self.cleaned_data["text"], "audio_url": self.cleaned_data.get("audio_url", "")}
