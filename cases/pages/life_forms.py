"""The forms about a case as a whole: hand it over, ask for a second look, share it, warn, merge, reopen."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.access import visible_to
from cases.pages.scanned import ScannedForm
from cases.record.colleagues import colleagues_of
from cases.record.models import Case, FlagKind
from cases.record.timeline import name_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_REASON = 2_000
LONGEST_NOTE = 20_000
USUAL_FLAG, USUAL_WAIT = timedelta(days=90), timedelta(days=14)


def _reason(label: StrOrPromise, help_text: StrOrPromise = "") -> forms.CharField:
    rows = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=LONGEST_REASON, widget=rows, help_text=help_text)


def _in_three_months() -> date:
    return timezone.localdate() + USUAL_FLAG


def _in_two_weeks() -> date:
    return timezone.localdate() + USUAL_WAIT


class ColleagueField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of those who work with cases, by name."""

    def label_from_instance(self, obj: User) -> str:
        """Give the name."""
        return name_of(obj)


class ColleagueForm(forms.Form):
    """A form that asks for a colleague of whoever fills it in."""

    colleague = ColleagueField(User.objects.none(), label=_("Colleague"), empty_label=_("Choose"))

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choice = self.fields["colleague"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = colleagues_of(user)


class HandOverForm(ColleagueForm, ScannedForm):
    """Who takes the case over, and what they must know."""

    scanned = ("note",)
    record = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    note = forms.CharField(
        label=_("What your colleague must know"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Where things stand, what is promised, what to do next. No names, numbers or addresses."),
    )


class SecondLookForm(ColleagueForm, ScannedForm):
    """A question about the case, to one colleague or to anyone."""

    scanned = ("question",)
    record = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    colleague = ColleagueField(
        User.objects.none(), label=_("Colleague"), required=False, empty_label=_("Anyone who has time")
    )
    question = _reason(
        _("Your question"), _("The case opens for your colleague for three days, or until it is answered.")
    )


class AnswerForm(ScannedForm):
    """The answer to a second look."""

    scanned = ("answer",)
    answer = forms.CharField(
        label=_("What you answer"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 6})
    )


class PersonForm(forms.Form):
    """Which co-worker is taken out."""

    colleague = forms.ModelChoiceField(User.objects.all())


class MergeForm(forms.Form):
    """Which of the user's other cases is put into this one."""

    case = forms.ModelChoiceField(
        Case.objects.none(),
        to_field_name="reference",
        empty_label=_("Choose"),
        label=_("The case that is put into this one"),
        help_text=_("Its contacts, notes and follow-ups move here. It can be undone exactly."),
    )

    def __init__(self, *args: object, user: User, kept: Case, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choice = self.fields["case"]
        if isinstance(choice, forms.ModelChoiceField):
            others = visible_to(user).filter(merged_into__isnull=True).exclude(pk=kept.pk)
            choice.queryset = others.exclude(state__in=("purge_due", "purged"))


class FlagForm(forms.Form):
    """Which warning, and the last day it is shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    kind = forms.ChoiceField(label=_("What everyone must know first"), choices=FlagKind)
    until = forms.DateField(
        label=_("Shown until"),
        help_text=_(
            "The last day it is shown, at most a year away. Set it again if it is still needed then."
        ),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=_in_three_months,
    )


class FlagKindForm(forms.Form):
    """Which warning is taken off."""

    version = forms.IntegerField(min_value=1)
    kind = forms.ChoiceField(choices=FlagKind)


class UnprotectForm(ScannedForm):
    """Why protected identity is taken off."""

    scanned = ("reason",)
    reason = _reason(_("Why protected identity is taken off"))


class WaitForm(ScannedForm):
    """The day on which a waiting case comes back, and what it waits for."""

    scanned = ("reason",)
    until = forms.DateField(
        label=_("Comes back on"),
        help_text=_("On this day the case stands in My day of whoever owns it."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=_in_two_weeks,
    )
    reason = forms.CharField(
        label=_("What it waits for"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )


class ReopenForm(ScannedForm):
    """Why a closed case is opened again."""

    scanned = ("reason",)
    reason = _reason(_("Why the case is opened again"))
