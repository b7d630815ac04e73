"""The forms about a case as a whole: hand it over, ask for a second look, share it, warn, merge, reopen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.pages.scanned import ScannedForm
from cases.record.models import FlagKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_REASON = 2_000
USUAL_FLAG = timedelta(days=90)


def _reason(label: StrOrPromise, help_text: StrOrPromise = "") -> forms.CharField:
    rows = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=LONGEST_REASON, widget=rows, help_text=help_text)


def _in_three_months() -> date:
    return timezone.localdate() + USUAL_FLAG


class FlagForm(forms.Form):
    """Which warning, and the last day it is shown."""

    kind = forms.ChoiceField(label=_("What everyone must know first"), choices=FlagKind)
    until = forms.DateField(
        label=_("Until"),
        help_text=_(
            "The last day it is shown, at most a year away. Set it again if it is still needed then."
        ),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=_in_three_months,
    )


class FlagKindForm(forms.Form):
    """Which warning is taken off."""

    kind = forms.ChoiceField(choices=FlagKind)


class UnprotectForm(ScannedForm):
    """Why protected identity is taken off."""

    scanned = ("reason",)
    reason = _reason(_("Why protected identity is taken off"))


class ReopenForm(ScannedForm):
    """Why a closed case is opened again."""

    scanned = ("reason",)
    reason = _reason(_("Why the case is opened again"))
