"""Form fields for coded answers: the lists are asked for when a form is made, so a retired value is gone at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.coded.models import CodedValue, County, Kind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Choices = Iterable[tuple[str, object]]
NOT_ASKED, NOT_STATED = ("", "–"), _("Not stated")


def _values(kind: Kind, *, empty: bool) -> Callable[[], Choices]:
    def choices() -> Choices:
        values = [(value.code, value.label) for value in CodedValue.objects.choosable(kind)]
        return [NOT_ASKED, *values] if empty else values

    return choices


def _places(empty: StrOrPromise) -> Callable[[], Choices]:
    def choices() -> Choices:
        counties = County.objects.prefetch_related("municipalities")
        by_county = [
            (county.name, [(each.code, each.name) for each in county.municipalities.all()])
            for county in counties
        ]
        return [("", empty), *by_county]

    return choices


def one_of(kind: Kind, label: StrOrPromise, *, required: bool = False) -> forms.ChoiceField:
    """Ask for one value of a kind."""
    return forms.ChoiceField(label=label, choices=_values(kind, empty=True), required=required)


def several_of(kind: Kind, label: StrOrPromise) -> forms.MultipleChoiceField:
    """Ask for any number of values of a kind."""
    return forms.MultipleChoiceField(
        label=label, choices=_values(kind, empty=False), required=False, widget=forms.CheckboxSelectMultiple
    )


def municipality(label: StrOrPromise, *, empty: StrOrPromise = NOT_STATED) -> forms.ChoiceField:
    """Ask for a municipality, in the order of the Swedish alphabet within its county."""
    return forms.ChoiceField(label=label, choices=_places(empty), required=False)
