"""The fixed cubes about persons, counted raw: month × county × one coded answer, and month × municipality.

What leaves here is not protected yet; `persons` is the only module that may ask.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.db.models import Case, Count, F, QuerySet, Value, When
from django.db.models.functions import Coalesce, Left, TruncMonth
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.coded.models import CodedValue, County, Kind, Municipality
from cases.record.models import Contact
from hotline.statistics.definitions import ONE_PRESS_KINDS
from hotline.statistics.periods import Period
from hotline.statistics.queries import real_contacts

NOT_STATED = ""
"""The place of a contact without one, and of every contact of a case with protected identity; an answer not given."""


class Dimension(models.TextChoices):
    """The coded answers there is a cube of; the value stands in the address."""

    CALLER_ROLE = "caller-role", _("Who called")
    AGE_BAND = "age-band", _("Age of the person the concern is about")
    GENDER = "gender", _("Gender of the person the concern is about")
    CONTACT_KIND = "contact-kind", _("Kind of contact")
    CONCERN = "concern", _("Observed concern")


@dataclass(frozen=True)
class Answer:
    """Where the answers of a dimension are found, and whether a contact gives several of them, or must give one."""

    field: str
    kind: Kind
    several: bool = False
    required: bool = False


ANSWERS: dict[Dimension, Answer] = {
    Dimension.CALLER_ROLE: Answer("caller_role", Kind.CALLER_ROLE),
    Dimension.AGE_BAND: Answer("age_band", Kind.AGE_BAND),
    Dimension.GENDER: Answer("gender", Kind.GENDER),
    Dimension.CONTACT_KIND: Answer("kind", Kind.CONTACT_KIND, required=True),
    Dimension.CONCERN: Answer("concerns", Kind.CONCERN, several=True),
}


def answers_by_county(months: list[Period], dimension: Dimension) -> Counter[tuple[date, str, str]]:
    """Count contacts by first day of the month, county code and coded value; an answer not given is NOT_STATED."""
    answer = ANSWERS[dimension]
    contacts = _placed_contacts(months).annotate(county=Left("place", 2))
    if answer.several:
        contacts = contacts.filter(**{f"{answer.field}__isnull": False})
    given = Coalesce(F(answer.field), Value(NOT_STATED))
    rows = contacts.values_list(F("month"), F("county"), given).annotate(n=Count("id")).order_by()
    return Counter({(month, county, value): n for month, county, value, n in rows})


def contacts_by_municipality(months: list[Period]) -> Counter[tuple[date, str]]:
    """Count contacts by first day of the month and municipality code; a place not known is NOT_STATED."""
    rows = _placed_contacts(months).values_list(F("month"), F("place")).annotate(n=Count("id")).order_by()
    return Counter({(month, place): n for month, place, n in rows})


@dataclass(frozen=True)
class Choice:
    """A coded value as a table names it; an answer not given is one that is never retired."""

    id: str
    label: str
    retired_at: datetime | None = None

    def could_be_given(self, month: Period) -> bool:
        """Tell whether it can have been chosen in that month; if not, its zero is known to everybody."""
        return self.retired_at is None or self.retired_at >= month.begin


def choices_of(dimension: Dimension) -> list[Choice]:
    """Give the values of a dimension in their order, retired ones too; what was not answered comes last."""
    answer = ANSWERS[dimension]
    values = CodedValue.objects.filter(kind=answer.kind).order_by("order", "code")
    if answer.kind == Kind.CONTACT_KIND:
        values = values.exclude(code__in=ONE_PRESS_KINDS)
    choices = [Choice(value.id, value.label, value.retired_at) for value in values]
    return (
        choices
        if answer.several or answer.required
        else [*choices, Choice(NOT_STATED, gettext("Not stated"))]
    )


def municipalities_by_county() -> dict[County, list[Municipality]]:
    """Give every county with its municipalities, both in the order of the Swedish alphabet."""
    counties: dict[County, list[Municipality]] = {}
    rows = Municipality.objects.select_related("county").order_by("county__sort_key", "sort_key")
    for municipality in rows:
        counties.setdefault(municipality.county, []).append(municipality)
    return counties


def _placed_contacts(months: list[Period]) -> QuerySet[Contact]:
    """Give the contacts of these months with their month and place; protected identities have no place.

    A contact without a case protects nobody yet, and has its place.
    """
    place = Case(
        When(case__protected=True, then=Value(NOT_STATED)),
        default=Coalesce(F("municipality_id"), Value(NOT_STATED)),
        output_field=models.CharField(),
    )
    within = real_contacts().filter(begun_at__gte=months[0].begin, begun_at__lt=months[-1].end)
    month = TruncMonth("begun_at", output_field=models.DateField())
    return within.annotate(month=month, place=place)
