"""Form fields for coded answers: the lists are asked for when a form is made, so a retired value is gone at once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.coded.models import CodedValue, Kind, Municipality

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_stubs_ext import StrOrPromise

Values = list[tuple[str, str]]
Place = tuple[str, str, str]
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

    def offer(self, places: Iterable[Place]) -> None:
        """Let any of these be chosen."""
        by_county: dict[str, Values] = defaultdict(list)
        for county, code, name in places:
            by_county[county].append((code, name))
        self.choices = [("", self.empty), *by_county.items()]


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
            place.offer(_places())


def _choosable(kinds: Iterable[Kind]) -> dict[Kind, Values]:
    values: dict[Kind, Values] = defaultdict(list)
    for value in CodedValue.objects.choosable(*kinds):
        values[Kind(value.kind)].append((value.code, value.label))
    return values


def _places() -> Iterable[Place]:
    """Give every municipality with its county's name, all in the order of the Swedish alphabet."""
    ordered = Municipality.objects.order_by("county__sort_key", "sort_key")
    return ordered.values_list("county__name", "code", "name")


def one_of(kind: Kind, label: StrOrPromise, *, required: bool = False) -> CodedField:
    """Ask for one value of a kind."""
    return CodedField(kind, label, required=required)


def several_of(kind: Kind, label: StrOrPromise) -> SeveralCodedField:
    """Ask for any number of values of a kind."""
    return SeveralCodedField(kind, label)


def municipality(label: StrOrPromise, *, empty: StrOrPromise = NOT_STATED) -> PlaceField:
    """Ask for a municipality."""
    return PlaceField(label, empty=empty)
