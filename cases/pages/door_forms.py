"""The forms of a closed door and of the look at an emergency opening."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.contrib.auth.models import User
from django.core import signing
from django.utils.translation import gettext_lazy as _

from cases.break_glass.models import Finding
from cases.pages.scanned import ScannedForm

SALT = "cases.door"
STAYS = timedelta(minutes=15)
LONGEST_REASON = 2_000


@dataclass(frozen=True)
class Pass:
    """What a shown door lets its reader do next: which case it is, and whether they proved who they are since."""

    case: uuid.UUID
    proven: bool

    def sealed_for(self, user: User) -> str:
        """Write the pass for one user; it is good for a quarter of an hour."""
        words = {"user": user.pk, "case": str(self.case), "proven": self.proven}
        return signing.dumps(words, salt=SALT)


def pass_of(user: User, text: str) -> Pass | None:
    """Read a user's own pass; nothing where it is another's, too old or made up."""
    try:
        words = signing.loads(text, salt=SALT, max_age=STAYS)
    except signing.BadSignature:
        return None
    if words["user"] != user.pk:
        return None
    return Pass(case=uuid.UUID(words["case"]), proven=words["proven"])


class PassForm(forms.Form):
    """The pass that a shown door carries."""

    door = forms.CharField(widget=forms.HiddenInput, max_length=400)


class EmergencyForm(PassForm, ScannedForm):
    """Why a case must be opened now."""

    scanned = ("reason",)
    record = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    reason = forms.CharField(
        label=_("Why it must be opened now"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "What is urgent, and why nobody who works on the case can do it. No names, numbers or addresses."
        ),
    )


class ReviewForm(ScannedForm):
    """What the look at an emergency opening found."""

    scanned = ("remark",)
    finding = forms.ChoiceField(
        label=_("What you found"), choices=Finding, widget=forms.RadioSelect(attrs={"class": "ds-input"})
    )
    remark = forms.CharField(
        label=_("Remark"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where it was not justified; the case then closes at once."),
    )

    def found(self) -> dict[str, str]:
        """Give the finding and what is said about it."""
        return {name: self.cleaned_data[name] for name in ("finding", "remark")}
