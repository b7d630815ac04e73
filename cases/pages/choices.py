"""Form fields for coded answers: the lists are asked for when a form is made, so a retired value is gone at once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.coded.models import CodedValue, County, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_stubs_ext import StrOrPromise

Values = list[tuple[str, str]]
NOT_ASKED, NOT_STATED = ("", "–"), _("Not stated")


class CodedField(forms.ChoiceField):
    """One value of a kind, or none."""

    def __init__(self, kind: Kind, label: StrOrPromise, *, required: bool) -> None:
        super().__init__(label=label, required=required)
        self.kind = kind

    def offer(self, values: Values) -> None:
        """Let one of these be chosen."""
        self.choices = [NOT_ASKED, *values]


class SeveralCodedField(forms.MultipleChoiceField):
    """Any number of values of a kind."""

    def __init__(self, kind: Kind, label: StrOrPromise) -> None:
        super().__init__(label=label, required=False, widget=forms.CheckboxSelectMultiple)
        self.kind = kind

    def offer(self, values: Values) -> None:
        """Let any of these be chosen."""
        self.choices = values


class PlaceField(forms.ChoiceField):
    """A municipality, in the order of the Swedish alphabet within its county."""

    def __init__(self, label: StrOrPromise, *, empty: StrOrPromise) -> None:
        super().__init__(label=label, required=False)
        self.empty = empty

    def offer(self, counties: Iterable[County]) -> None:
        """Let any municipality of these be chosen."""
        by_county = [
            (county.name, [(each.code, each.name) for each in county.municipalities.all()])
            for county in counties
        ]
        self.choices = [("", self.empty), *by_county]


class CodedForm(forms.Form):
    """A form with coded answers: one query brings the values of every kind in it."""

    also_kinds: ClassVar[frozenset[Kind]] = frozenset()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        coded = [each for each in self.fields.values() if isinstance(each, CodedField | SeveralCodedField)]
        self.values = _choosable({each.kind for each in coded} | self.also_kinds)
        for answer in coded:
            answer.offer(self.values[answer.kind])
        for place in [each for each in self.fields.values() if isinstance(each, PlaceField)]:
            place.offer(County.objects.prefetch_related("municipalities"))


def _choosable(kinds: Iterable[Kind]) -> dict[Kind, Values]:
    values: dict[Kind, Values] = defaultdict(list)
    for value in CodedValue.objects.choosable(*kinds):
        values[Kind(value.kind)].append((value.code, value.label))
    return values


def one_of(kind: Kind, label: StrOrPromise, *, required: bool = False) -> CodedField:
    """Ask for one value of a kind."""
    return CodedField(kind, label, required=required)


def several_of(kind: Kind, label: StrOrPromise) -> SeveralCodedField:
    """Ask for any number of values of a kind."""
    return SeveralCodedField(kind, label)


def municipality(label: StrOrPromise, *, empty: StrOrPromise = NOT_STATED) -> PlaceField:
    """Ask for a municipality."""
    return PlaceField(label, empty=empty)
