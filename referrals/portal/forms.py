"""Forms of the portal: they check shapes, the services check rules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.coded.models import CodedValue, Kind, Municipality
from referrals.clock.working_days import local_day
from referrals.directory.hours import HoursUnreadable, hours_to_edit, normalise_hours
from referrals.directory.models import ContactKind, ContactPoint
from referrals.directory.own_details import OwnDetails
from referrals.pressing import DeclineForm
from referrals.welcome.accounts import Newcomer

LONGEST_ABSENCE = timedelta(days=366)


class DeclineAndSuggestForm(DeclineForm):
    """A button with the reason for declining and, if they know, who should have it instead."""

    municipality = forms.ModelChoiceField(
        Municipality.objects.order_by("sort_key"),
        label=_("Which municipality should have it instead?"),
        required=False,
        empty_label=_("I do not know"),
    )
    function = forms.ChoiceField(
        label=_("Which function should have it instead?"),
        required=False,
        choices=[("", _("I do not know")), *ContactKind.choices],
    )


class OwnDetailsForm(forms.Form):
    """What a function says of itself; `version` is the one that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    address = forms.EmailField(
        label=_("The function's e-mail address"),
        help_text=_("An address that several of you read, not a person's own."),
    )
    phone = forms.CharField(label=_("Telephone"), max_length=20)
    hours = forms.CharField(
        label=_("Opening hours"),
        max_length=160,
        required=False,
        help_text=_("For example: mon-fri 08:00-16:30. Or: always."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        values = CodedValue.objects.choosable(Kind.LANGUAGE)
        choice = self.fields["languages"]
        if isinstance(choice, forms.MultipleChoiceField):
            choice.choices = [(value.code, value.label) for value in values]

    def clean_hours(self) -> str:
        """Read the hours as the directory keeps them."""
        try:
            return normalise_hours(self.cleaned_data["hours"])
        except HoursUnreadable:
            raise ValidationError(
                _("Write the hours like this: mon-fri 08:00-16:30; sat 10:00-12:00. Or: always.")
            ) from None

    @property
    def details(self) -> OwnDetails:
        """Give what was filled in."""
        said = self.cleaned_data
        return OwnDetails(said["address"], said["phone"], said["hours"], tuple(said["languages"]))


def own_details_form(point: ContactPoint) -> OwnDetailsForm:
    """Make the form with what stands in the directory now."""
    names = ("version", "address", "phone", "hours", "languages")
    stands = {name: getattr(point, name) for name in names}
    return OwnDetailsForm(initial=stands | {"hours": hours_to_edit(point.hours)})


class AbsenceForm(forms.Form):
    """From when until when a function takes nothing new."""

    since = forms.DateField(label=_("Away from"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(
        label=_("Back again on"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_(
            "Until that day we pass you over for new referrals. What you already have stays with you."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse what lies behind us, ends before it begins, or takes longer than a year."""
        said = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if since and since < local_day():
            self.add_error("since", _("Choose today or a later day."))
        elif since and until and not since < until <= since + LONGEST_ABSENCE:
            self.add_error("until", _("Choose a later day, within a year."))
        return said


class NewcomerForm(forms.Form):
    """Who is to answer for a function."""

    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Own e-mail address at work"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("For signing in. Nobody else's, and not the function's."),
    )

    @property
    def newcomer(self) -> Newcomer:
        """Give who was filled in."""
        return Newcomer(self.cleaned_data["name"], self.cleaned_data["email"])


class DeputyForm(NewcomerForm):
    """A colleague who is to answer too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("autocomplete", None)


class RedeemForm(NewcomerForm):
    """A function's first account: the code from the telephone call, and a password."""

    code = forms.CharField(
        label=_("The code we read out"),
        max_length=20,
        help_text=_("Nine letters and figures, from our telephone call."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. A few words in a row are easy to remember and hard to guess."),
    )
    again = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    field_order = ("code", "name", "email", "password", "again")

    def clean(self) -> dict[str, Any]:
        """Apply the house's password rules, and compare both."""
        said = super().clean() or {}
        password = said.get("password", "")
        if password and said.get("again") != password:
            self.add_error("again", _("The two passwords differ. Type the same one twice."))
        try:
            person = User(first_name=said.get("name", ""), email=said.get("email", ""))
            password_validation.validate_password(password, person)
        except ValidationError as weak:
            self.add_error("password", weak)
        return said
