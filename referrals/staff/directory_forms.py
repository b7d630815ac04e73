"""The forms of the directory: what is typed of a contact point, of our visits, and what a list is narrowed by."""

from __future__ import annotations

import uuid
from operator import attrgetter
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.coded.models import CodedValue, County, Kind
from referrals.directory.addresses import looks_personal
from referrals.directory.areas import Area
from referrals.directory.hours import HoursUnreadable, hours_to_edit, normalise_hours
from referrals.directory.keeping import Details
from referrals.directory.models import ContactKind, ContactPoint, District, OutreachKind
from referrals.directory.queries import points_reaching
from referrals.directory.standing import Status
from referrals.directory.wording import PARTS

MAX_FILE = 2_000_000
CHOOSE = [("", _("Choose"))]


class DayInput(forms.DateInput):
    """A day, chosen in the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class FilterForm(forms.Form):
    """What the list of municipalities is narrowed by."""

    text = forms.CharField(
        label=_("Municipality or function"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    county = forms.ModelChoiceField(
        County.objects.all(), label=_("County"), required=False, empty_label=_("All counties")
    )
    status = forms.ChoiceField(
        label=_("State"), choices=[("", _("All states")), *Status.choices], required=False
    )

    @property
    def chosen(self) -> dict[str, str]:
        """What is asked for; nothing where the question makes no sense."""
        clean = self.cleaned_data if self.is_valid() else {}
        county = clean.get("county")
        return {
            "text": clean.get("text", ""),
            "status": clean.get("status", ""),
            "county": county.pk if county else "",
        }


class PointForm(forms.Form):
    """A contact point as it is written by hand."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    kind = forms.ChoiceField(label=PARTS["kind"], choices=[*CHOOSE, *ContactKind.choices])
    function = forms.CharField(
        label=PARTS["function"], max_length=120, help_text=_("What it is called, never who works there.")
    )
    district = forms.ModelChoiceField(
        District.objects.none(),
        label=PARTS["district"],
        required=False,
        empty_label=_("All of the municipality"),
    )
    address = forms.EmailField(label=PARTS["address"], help_text=_("The function's own, never a person's."))
    address_is_functions = forms.BooleanField(
        label=_("It is a function's address although it looks like a name"), required=False
    )
    phone = forms.CharField(
        label=PARTS["phone"],
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    hours = forms.CharField(
        label=PARTS["hours"],
        max_length=160,
        required=False,
        help_text=_("Like this: mon-fri 08:00-16:30; sat 10:00-12:00. Or: always."),
    )
    languages = forms.MultipleChoiceField(
        label=PARTS["languages"], required=False, widget=forms.CheckboxSelectMultiple
    )
    remit = forms.CharField(
        label=PARTS["remit"],
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whom they help with what, and whom not."),
    )
    deputy = forms.ModelChoiceField(
        ContactPoint.objects.none(), label=PARTS["deputy"], required=False, empty_label=_("None")
    )
    fallback = forms.ModelChoiceField(
        ContactPoint.objects.none(), label=PARTS["fallback"], required=False, empty_label=_("None")
    )
    verified = forms.BooleanField(
        label=_("I have made sure of this with the function today"),
        required=False,
        help_text=_("Without this, a changed function, address or number counts as not verified."),
    )

    def __init__(self, *args: Any, area: Area, point: ContactPoint | None = None, **kwargs: Any) -> None:
        if point:
            kwargs["initial"] = _written(point)
        super().__init__(*args, **kwargs)
        self.point = point
        offered: dict[str, Any] = dict(self.fields)
        others = points_reaching(area)
        if point:
            others = others.exclude(pk=point.pk)
        for name in ("deputy", "fallback"):
            offered[name].queryset = others
            offered[name].label_from_instance = attrgetter("named")
        offered["languages"].choices = languages().items()
        offered["district"].queryset = District.objects.filter(municipality=area.municipality)
        if not area.municipality:
            del self.fields["district"]

    def clean_hours(self) -> str:
        """Read the hours into their one spelling."""
        try:
            return normalise_hours(self.cleaned_data["hours"])
        except HoursUnreadable as wrong:
            raise forms.ValidationError(self.fields["hours"].help_text) from wrong

    def clean(self) -> dict[str, Any]:
        """Ask once more where an address looks like a person's."""
        clean: dict[str, Any] = super().clean() or {}
        if looks_personal(clean.get("address", "")) and not clean.get("address_is_functions"):
            self.add_error(
                "address",
                _("This looks like a person's address. Write the function's, or tick the box below."),
            )
        return clean

    @property
    def details(self) -> Details:
        """What is written, in the language of the services."""
        clean = self.cleaned_data
        point = self.point
        return Details(
            kind=clean["kind"],
            function=clean["function"],
            address=clean["address"],
            phone=clean["phone"],
            hours=clean["hours"],
            languages=tuple(clean["languages"]),
            remit=clean["remit"],
            district=clean.get("district"),
            deputy=clean["deputy"],
            fallback=clean["fallback"],
            closed_from=point.closed_from if point else None,
            closed_until=point.closed_until if point else None,
        )


class ClosedForm(forms.Form):
    """From which day until which a contact point takes nothing."""

    since = forms.DateField(label=PARTS["closed_from"], widget=DayInput)
    until = forms.DateField(
        label=PARTS["closed_until"], widget=DayInput, help_text=_("The first day on which it is open again.")
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a time that ends before it begins."""
        clean: dict[str, Any] = super().clean() or {}
        if "since" in clean and "until" in clean and clean["until"] <= clean["since"]:
            self.add_error("until", _("Choose a later day than the first one."))
        return clean


class OutreachForm(forms.Form):
    """A visit, a training or a dialogue meeting."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    kind = forms.ChoiceField(label=PARTS["kind"], choices=OutreachKind.choices)
    on = forms.DateField(label=_("Day"), widget=DayInput)
    about = forms.CharField(
        label=_("What it was about"), max_length=300, required=False, help_text=_("No names of persons.")
    )


class DistrictForm(forms.Form):
    """A city district's name."""

    name = forms.CharField(label=PARTS["district"], max_length=60)


class TableForm(forms.Form):
    """A file with a table."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=_(
            "CSV UTF-8, with the columns of the exported file. Nothing changes before you have seen what would."
        ),
    )

    def clean_file(self) -> bytes:
        """Read the file, unless it is far too large."""
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE:
            raise forms.ValidationError(_("The file is too large. Bring it in parts."))
        content: bytes = file.read()
        return content


def languages() -> dict[str, str]:
    """Name the languages by code, in one query."""
    return {value.code: value.label for value in CodedValue.objects.choosable(Kind.LANGUAGE)}


def _written(point: ContactPoint) -> dict[str, object]:
    names = ("kind", "function", "address", "phone", "languages", "remit", "version")
    keys = {name: getattr(point, f"{name}_id") for name in ("district", "deputy", "fallback")}
    hours = {"hours": hours_to_edit(point.hours)}
    return {name: getattr(point, name) for name in names} | keys | hours
