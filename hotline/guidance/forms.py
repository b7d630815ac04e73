"""What supervisors write: texts, checklists, shelf and news."""

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hotline.guidance.models import Checklist, News, ShelfEntry, Text
from hotline.guidance.services import Line

LINES_AT_MOST = 20
NEWS_DAYS_AT_MOST = 31
SEPARATOR = " | "


class TextForm(forms.ModelForm):  # type: ignore[type-arg]
    """One phase's text, and the version it was made from."""

    based_on = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    class Meta:
        model = Text
        fields: ClassVar = ["body"]
        widgets: ClassVar = {"body": forms.Textarea(attrs={"rows": 18})}
        help_texts: ClassVar = {
            "body": _("A line each. Short sentences: they are read while somebody speaks.")
        }


class ChecklistForm(forms.ModelForm):  # type: ignore[type-arg]
    """A checklist with its lines, Swedish and English side by side."""

    based_on = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    lines = forms.CharField(
        label=_("Lines"),
        widget=forms.Textarea(attrs={"rows": 12}),
        max_length=8000,
        help_text=_("A line each: Swedish, then a bar with a space on both sides, then English."),
    )

    class Meta:
        model = Checklist
        fields: ClassVar = ["title_sv", "title_en"]

    def clean_lines(self) -> list[Line]:
        """Read the lines; each needs both languages, within the columns' bounds."""
        written = [line.strip() for line in str(self.cleaned_data["lines"]).splitlines() if line.strip()]
        if len(written) > LINES_AT_MOST:
            raise forms.ValidationError(
                _("A checklist has at most %(most)d lines."), params={"most": LINES_AT_MOST}
            )
        return [_line(number, text) for number, text in enumerate(written, start=1)]


class ShelfForm(forms.ModelForm):  # type: ignore[type-arg]
    """A page elsewhere, in our own words."""

    url = forms.URLField(label=_("address"), max_length=300, assume_scheme="https")
    based_on = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    class Meta:
        model = ShelfEntry
        fields: ClassVar = ["title", "url", "summary_sv", "summary_en", "review_on"]
        widgets: ClassVar = {
            "review_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "summary_sv": forms.Textarea(attrs={"rows": 3}),
            "summary_en": forms.Textarea(attrs={"rows": 3}),
        }

    def clean_url(self) -> str:
        """Only addresses that are encrypted on the way."""
        url = str(self.cleaned_data["url"])
        if not url.startswith("https://"):
            raise forms.ValidationError(_("The address must begin with https://."))
        return url


class NewsForm(forms.ModelForm):  # type: ignore[type-arg]
    """A message and its days."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = News
        fields: ClassVar = ["text", "first_day", "last_day"]
        widgets: ClassVar = {
            "text": forms.Textarea(attrs={"rows": 3}),
            "first_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "last_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def clean(self) -> dict[str, Any]:
        """Days in order, not over before they begin, and not for ever."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and not first <= last <= first + timedelta(days=NEWS_DAYS_AT_MOST):
            self.add_error("last_day", _("Choose a last day within a month of the first."))
        elif last and last < timezone.localdate():
            self.add_error("last_day", _("That day has passed."))
        return cleaned


def as_lines(checklist: Checklist | None) -> str:
    """Write a checklist's lines the way the form reads them."""
    items = checklist.items.all() if checklist else []
    return "\n".join(f"{item.text_sv}{SEPARATOR}{item.text_en}" for item in items)


def _line(number: int, text: str) -> Line:
    swedish, bar, english = (part.strip() for part in text.partition(SEPARATOR))
    if not bar or not swedish or not english or max(len(swedish), len(english)) > 300:  # noqa: PLR2004 - the column
        raise forms.ValidationError(
            _("Line %(number)d: write Swedish, “ | ” and English, at most 300 signs each."),
            params={"number": number},
        )
    return Line(sv=swedish, en=english)
