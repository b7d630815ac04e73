"""One pressed button: its form, the verb behind it, and what is said when it came too late."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from django import forms
from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.gate import actor_of
from cases.coded.models import CodedValue, Kind
from cases.pages.scanned import ScannedForm
from referrals.access import user_of
from referrals.directory.models import ContactPoint
from referrals.referral.consent import ConsentEnded, ConsentTooNarrow, GroundMissing
from referrals.referral.deciding import DecisionMissing
from referrals.referral.fields import ContactDetailsMissing, FieldNotAllowed
from referrals.referral.lone_decisions import Finding
from referrals.referral.models import Referral
from referrals.referral.moves import MoveRefused
from referrals.referral.outcomes import CHOOSABLE, OutcomeMissing
from referrals.referral.questions import AnsweredAlready, NothingSaid, SaidOtherwise
from referrals.referral.reasons import UnverifiedReason, WithdrawReason
from referrals.referral.services import CaseNotWorkedOn, OverrideUnexplained, SpokenLater
from referrals.referral.signing_off import NotYoursToSignOff, SignedOffAlready
from referrals.referral.states import MoveKind, Outcome
from referrals.routing.rules import NoContactPointLeft

SENTENCES: dict[type[Exception], str | Promise] = {
    MoveRefused: _("The referral no longer stands where this can be done. Look at its state and try again."),
    OutcomeMissing: _("Choose an outcome: no referral ends without one."),
    ConsentTooNarrow: _("The caller has not agreed to this receiver or to one of the fields. Ask first."),
    ConsentEnded: _("The day until which the caller agreed has passed. Ask again."),
    GroundMissing: _("What leaves without consent leaves on a ground. Name it."),
    DecisionMissing: _(
        "Another person decides a disclosure. Ask a supervisor to read what leaves and to send it."
    ),
    NotYoursToSignOff: _(
        "Somebody else signs this off: a supervisor who neither made the referral nor sent it."
    ),
    SignedOffAlready: _("Another supervisor has looked at this already."),
    AnsweredAlready: _("Somebody was faster: this question has its answer. Read it."),
    SaidOtherwise: _(
        "This has been asked already, in other words. Open the page again to ask something new."
    ),
    NothingSaid: _("Write something: a question and an answer hold words."),
    SpokenLater: _("That moment has not come yet. Say when you have spoken."),
    FieldNotAllowed: _("The caller's contact details leave only when they are to contact the caller."),
    ContactDetailsMissing: _("They cannot contact the caller without a telephone number. Fill it in."),
    CaseNotWorkedOn: _("The case is closed or being closed. Reopen it before you refer."),
    OverrideUnexplained: _("You have chosen another contact point than the rules name. Say why."),
    NoContactPointLeft: _("The directory has no national contact point. Tell the supervisor."),
}
"""What a refusal says to the person in front of it: what to do now."""

REFUSALS = tuple(SENTENCES)
MOST_WORDS = 4000


class PressForm(forms.Form):
    """A button alone; `client_id` is made with the page, so a second press is known as the same."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class OutcomeForm(PressForm):
    """A button with an outcome."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[("", _("Choose"))] + [choice for choice in Outcome.choices if choice[0] in CHOOSABLE],
    )


class DeclineForm(PressForm):
    """A button with one of the coded reasons for declining."""

    reason = forms.ModelChoiceField(
        CodedValue.objects.none(), label=_("Why you decline"), empty_label=_("Choose")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        reason = self.fields["reason"]
        if isinstance(reason, forms.ModelChoiceField):
            reason.queryset = CodedValue.objects.choosable(Kind.DECLINE_REASON)
            reason.label_from_instance = attrgetter("label")  # type: ignore[assignment]


class UnverifiedForm(PressForm):
    """A button with the reason why the caller is not asked."""

    because = forms.ChoiceField(
        label=_("Why the caller is not asked"), choices=[("", _("Choose")), *UnverifiedReason.choices]
    )


class PhoneForm(PressForm):
    """A button with whom one has spoken on the telephone, and when."""

    function = forms.CharField(
        label=_("Which function you spoke with"),
        max_length=120,
        help_text=_("The function, no person's name."),
    )
    at = forms.DateTimeField(
        label=_("When you spoke"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class WithdrawForm(PressForm):
    """A button with the reason for taking it back."""

    because = forms.ChoiceField(label=_("Why"), choices=[("", _("Choose")), *WithdrawReason.choices])


class SignOffForm(forms.Form):
    """What the second person finds, looking at what left in acute danger on one person's word."""

    decision = forms.UUIDField(widget=forms.HiddenInput)
    finding = forms.ChoiceField(
        label=_("What you find"),
        choices=[("", _("Choose")), *Finding.choices],
        help_text=_("Write the reasons in the case."),
    )


class RerouteForm(PressForm):
    """A button with another contact point."""

    contact_point = forms.ModelChoiceField(
        ContactPoint.objects.none(), label=_("New contact point"), empty_label=_("Choose")
    )


class WordsForm(PressForm, ScannedForm):
    """A question or an answer; personal data in it is pointed out before it is saved."""

    scanned = ("text",)
    text = forms.CharField(max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 3}))


class QuestionForm(WordsForm):
    """A new question."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["text"].label = _("A new question")


class AnswerForm(WordsForm):
    """The answer to one question."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["text"].label = _("Your answer to the question")


@dataclass(frozen=True)
class Button:
    """What a page offers for one move: where it is posted, with which form, under which words."""

    kind: MoveKind
    page: str
    form: type[PressForm]
    label: str | Promise
    is_main: bool = False

    def make_form(self, posted: QueryDict | None = None) -> PressForm:
        """Make the form, its ids apart from those of the page's other buttons."""
        return self.form(posted, auto_id=f"{self.kind}_%s")


def faults_in(form: forms.Form) -> str:
    """Say what is wrong, and in which field: the page that shows it has several forms."""
    named = {name: f"{form[name].label}: " for name in form.fields if not form[name].is_hidden}
    faults = [(named.get(name, ""), text) for name, texts in form.errors.items() for text in texts]
    return " ".join(f"{field}{text}" for field, text in faults)


def press(
    request: HttpRequest, *, verb: Callable[..., Referral], referral: Referral, form: PressForm
) -> None:
    """Call the verb with what the form holds; a refusal is said, not raised."""
    if not form.is_valid():
        messages.error(request, faults_in(form))
        return
    try:
        verb(actor=actor_of(request), user=user_of(request), referral=referral, **form.cleaned_data)
    except REFUSALS as refusal:
        messages.error(request, str(SENTENCES[type(refusal)]))
