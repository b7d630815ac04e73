"""The room's smaller forms: they validate shape, the services the rules."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django import forms
from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.access import visible_to
from cases.coded.models import Kind
from cases.pages.choices import CodedForm, municipality, one_of
from cases.pages.scanned import ScannedForm
from cases.record.models import Case
from cases.record.states import FINISHED

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_NOTE = 50_000


def _record() -> forms.UUIDField:
    """Carry the id that the page made for the new row, so that a second click makes no second row."""
    return forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


def _text(label: StrOrPromise, *, rows: int, help_text: StrOrPromise = "") -> forms.CharField:
    """Ask for the text that the page is about: one begins to write in it at once."""
    widget = forms.Textarea(attrs={"rows": rows, "autofocus": True})
    return forms.CharField(label=label, max_length=LONGEST_NOTE, help_text=help_text, widget=widget)


class NoteForm(ScannedForm):
    """A new note."""

    scanned = ("text",)
    record = _record()
    text = _text(
        _("Note"), rows=14, help_text=_("Plain text. No names, personal identity numbers or addresses.")
    )


class AmendForm(ScannedForm):
    """A note's next version, and why."""

    scanned = ("text", "reason")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    text = _text(_("Note"), rows=14)
    reason = forms.CharField(label=_("Why the note is changed"), max_length=500)


class FollowUpForm(ScannedForm):
    """Something to do in a case by a day."""

    scanned = ("text",)
    record = _record()
    due_on = forms.DateField(
        label=_("By"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )
    text = _text(_("What is to be done"), rows=3)


class DayForm(forms.Form):
    """Another day for a follow-up."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    due_on = forms.DateField(
        label=_("New day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class VersionForm(forms.Form):
    """Which version of a row the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


def go_on_from(form: forms.Form, version: int) -> None:
    """Let a form that was refused as outdated be saved after all: whoever wrote it has now been told."""
    if "version" in form.fields and form.is_bound:
        answers = QueryDict(mutable=True)
        answers.update(form.data)
        answers["version"] = str(version)
        form.data = answers


class RecordForm(forms.Form):
    """The id that the page made for a new row."""

    record = _record()


class CodeForm(forms.Form):
    """A caller code as it is said."""

    code = forms.CharField(
        label=_("Caller code"),
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
        help_text=_("Nine letters and digits, as the caller says them. Hyphens do not matter."),
    )


class ClosingForm(CodedForm):
    """How a case ended."""

    outcome = one_of(Kind.OUTCOME, _("Outcome"), required=True)


class PlaceForm(CodedForm):
    """Which municipality a case concerns."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    municipality = municipality(_("Municipality"))


class AttachForm(forms.Form):
    """Which of the user's cases a contact belongs to."""

    case = forms.ModelChoiceField(
        Case.objects.none(), to_field_name="reference", label=_("Case"), empty_label=_("Choose")
    )

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choice = self.fields["case"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = visible_to(user).filter(merged_into__isnull=True).exclude(state__in=FINISHED)
