"""The form a referral is composed with, and what it says in the language of the services."""

from __future__ import annotations

import uuid
from datetime import timedelta
from operator import attrgetter
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.access import visible_to
from cases.coded.models import Municipality
from cases.record.models import Case
from referrals.clock.working_days import local_day
from referrals.directory.models import ContactPoint
from referrals.directory.queries import points_for
from referrals.referral.consent import SPOKEN_TEXT_VERSION, Consent
from referrals.referral.fields import FIELDS, TYPED
from referrals.referral.proposing import WORKED_ON, Particulars
from referrals.referral.reasons import DisclosureGround, OverrideReason
from referrals.referral.states import Mode
from referrals.routing.situation import Asked, Need

CONSENT_LASTS = timedelta(days=60)


class CaseForm(forms.Form):
    """Which of one's own cases is to be referred."""

    case = forms.ModelChoiceField(
        Case.objects.none(), label=_("Case"), empty_label=_("Choose"), to_field_name="reference"
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["case"]
        choice.queryset = visible_to(user).filter(state__in=WORKED_ON, merged_into=None)  # type: ignore[attr-defined]


class MunicipalityForm(forms.Form):
    """Which municipality the caller wants help from."""

    municipality = forms.ModelChoiceField(
        Municipality.objects.all(), label=_("Municipality"), empty_label=_("Choose")
    )
    need = forms.ChoiceField(
        label=_("Kind of need"), choices=[("", _("Not said")), *Need.choices], required=False
    )
    acute = forms.BooleanField(label=_("It is acute"), required=False)


class RenewForm(forms.Form):
    """What leaves and what the caller agreed to; nothing is chosen beforehand."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    fields_chosen = forms.MultipleChoiceField(
        label=_("What may leave from the case"),
        choices=[(name, field.label) for name, field in FIELDS.items() if name not in TYPED],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Read out each one you choose. Nothing else of the case leaves."),
    )
    message = forms.CharField(
        label=FIELDS["message"].label,
        widget=forms.Textarea(attrs={"rows": 5, "data-shortcut": "t"}),
        max_length=4000,
        required=False,
        help_text=_("In words the caller has heard. No names of others."),
    )
    caller_name = forms.CharField(label=FIELDS["caller_name"].label, max_length=80, required=False)
    caller_phone = forms.CharField(
        label=FIELDS["caller_phone"].label,
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_(
            "Only when they are to contact the caller. It is kept in the sealed copy and nowhere else."
        ),
    )
    caller_times = forms.CharField(label=FIELDS["caller_times"].label, max_length=120, required=False)
    until = forms.DateField(
        label=_("The caller agrees until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    agreed = forms.BooleanField(
        label=_("I have read the text out, and the caller agrees"),
        widget=forms.CheckboxInput(attrs={"data-shortcut": "a"}),
        required=False,
    )
    ground = forms.ChoiceField(
        label=_("Or, without the caller's consent, on this ground"),
        choices=[("", _("No, the caller agrees")), *DisclosureGround.choices],
        required=False,
        help_text=_(
            "A disclosure is decided by another person, who reads what leaves and sends it. In acute danger you send "
            "it yourself, and another person looks at it within a working day."
        ),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["until"].initial = local_day() + CONSENT_LASTS

    def clean(self) -> dict[str, Any]:
        """Either the caller agrees, or there is a ground; never neither, never both."""
        given = super().clean() or {}
        if bool(given.get("agreed")) == bool(given.get("ground")):
            self.add_error("agreed", gettext("Either the caller agrees, or you name a ground."))
        return given

    @property
    def typed(self) -> dict[str, str]:
        """The typed texts that are not empty, by field name."""
        return {name: text for name in sorted(TYPED) if (text := self.cleaned_data[name].strip())}

    @property
    def chosen(self) -> list[str]:
        """Every field that leaves: the ticked ones and the typed ones."""
        return [*self.cleaned_data["fields_chosen"], *self.typed]

    def consent_to(self, contact_point: ContactPoint) -> Consent:
        """Give the consent or the disclosure: to this receiver, for exactly the chosen fields."""
        ground = self.cleaned_data["ground"]
        return Consent(
            text_version="" if ground else SPOKEN_TEXT_VERSION,
            ground=ground,
            municipality=contact_point.municipality,
            function=contact_point.function,
            fields=frozenset(self.chosen),
            until=self.cleaned_data["until"],
        )

    def particulars(self) -> Particulars:
        """Give what goes along with the consented fields."""
        return Particulars(typed=self.typed, client_id=self.cleaned_data["client_id"])


class ComposeForm(RenewForm):
    """A whole new referral to a municipality."""

    mode = forms.ChoiceField(
        label=_("How they meet"), choices=Mode.choices, widget=forms.RadioSelect(attrs={"data-shortcut": "b"})
    )
    acute = forms.BooleanField(label=_("Acute: at most one working day at every step"), required=False)
    contact_point = forms.ModelChoiceField(
        ContactPoint.objects.none(), label=_("Contact point"), empty_label=None
    )
    override = forms.ChoiceField(
        label=_("Why another contact point than the rules name"),
        choices=[("", _("The rules' own choice")), *OverrideReason.choices],
        required=False,
    )
    field_order = ("client_id", "mode", "acute", "contact_point", "override")

    def __init__(
        self, *args: object, municipality: Municipality, asked: Asked | None = None, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked or Asked()
        self.fields["acute"].initial = self.asked.acute
        choice = self.fields["contact_point"]
        choice.queryset = self._choice(municipality)  # type: ignore[attr-defined]
        choice.label_from_instance = attrgetter("named")  # type: ignore[attr-defined]

    def _choice(self, municipality: Municipality) -> QuerySet[ContactPoint]:
        """Give whom the municipality can be helped by, and whom the rules name, wherever that is."""
        named = [point.pk] if (point := self.initial.get("contact_point")) else []
        near = points_for(municipality).values("pk")
        return ContactPoint.objects.filter(Q(pk__in=near) | Q(pk__in=named)).select_related(
            "municipality", "county"
        )

    def particulars(self) -> Particulars:
        """Add what only a new referral has."""
        override = self.cleaned_data["override"]
        return Particulars(
            typed=self.typed,
            acute=self.cleaned_data["acute"],
            contact_point=self.cleaned_data["contact_point"],
            override=OverrideReason(override) if override else None,
            asked=self.asked,
            client_id=self.cleaned_data["client_id"],
        )
