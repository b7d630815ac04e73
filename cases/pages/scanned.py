"""Warn before free text that seems to hold personal data is saved; whoever writes decides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.scan.findings import scan, warning

KEEP = "keep_personal_data"


class ScannedForm(forms.Form):
    """A form whose free texts are looked through; once warned, a tick saves them as they are."""

    scanned: tuple[str, ...] = ()
    keep_personal_data = forms.BooleanField(
        label=_("Save it as it is: it has to be there"), required=False, widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        """Name what was found in each text, and offer to keep it."""
        answers: dict[str, Any] = super().clean() or {}
        if not answers.get(KEEP):
            for field in self.scanned:
                found = warning(scan(answers.get(field, "")))
                if found:
                    self.add_error(field, found)
                    self._offer_to_keep()
        return answers

    def _offer_to_keep(self) -> None:
        self.fields[KEEP].widget = forms.CheckboxInput()
        self.order_fields([*(name for name in self.fields if name != KEEP), KEEP])
