"""What the programs' addresses answer, field by field."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cases.coded.models import Municipality
from hotline.calls.models import Outcome
from hotline.statistics.measures import Share, Spread
from hotline.statistics.panels import Figure, Panel, Unit


class FigureSerializer(serializers.Serializer[Figure]):
    """One figure: a count, a share with its base and 95 % interval, or a spread with its observations."""

    key = serializers.CharField()
    unit = serializers.ChoiceField(choices=Unit.choices)
    count = serializers.IntegerField(required=False)
    base = serializers.IntegerField(required=False)
    low = serializers.FloatField(required=False, help_text="Lower end of the 95 % Wilson interval, 0 to 1.")
    high = serializers.FloatField(required=False, help_text="Upper end of the 95 % Wilson interval, 0 to 1.")
    observed = serializers.IntegerField(required=False)
    median = serializers.FloatField(required=False, allow_null=True)
    p90 = serializers.FloatField(required=False, allow_null=True)

    def to_representation(self, instance: Figure) -> dict[str, Any]:
        """Give the fields that this sort of figure has."""
        return {"key": instance.key, "unit": instance.unit.value} | _fields_of(instance.value)


class Withheld(serializers.DictField):
    """Counts by code; null is withheld."""

    child = serializers.IntegerField(allow_null=True)


class CellSerializer(serializers.Serializer[Any]):
    """One cell of county × answer."""

    county = serializers.CharField()
    answer = serializers.CharField()
    count = serializers.IntegerField()


class OperationalSerializer(serializers.Serializer[Panel]):
    """The operational figures of a period; `offered` is the sum of `outcomes` and `under_way`."""

    first_day = serializers.DateField(source="period.first_day")
    last_day = serializers.DateField(source="period.last_day")
    offered = serializers.IntegerField(source="calls.offered")
    outcomes = serializers.SerializerMethodField()
    under_way = serializers.IntegerField(source="calls.under_way")
    figures = serializers.SerializerMethodField()

    def get_outcomes(self, panel: Panel) -> dict[str, int]:
        """Count the calls by outcome."""
        return {Outcome(outcome).value: count for outcome, count in panel.calls.outcomes.items()}

    @extend_schema_field(FigureSerializer(many=True))
    def get_figures(self, panel: Panel) -> list[dict[str, Any]]:
        """Give every figure of every section."""
        figures = [figure for _heading, section in panel.sections for figure in section]
        return [FigureSerializer(figure).data for figure in figures]


class PersonsSerializer(serializers.Serializer[Any]):
    """Counts by code of one month; null is withheld, because it could give a person away."""

    by = serializers.CharField(source="cube.dimension.value")
    first_day = serializers.DateField(source="month.period.first_day")
    last_day = serializers.DateField(source="month.period.last_day")
    threshold = serializers.IntegerField(source="cube.threshold")
    answers = Withheld(source="month.answers")
    counties = Withheld(source="month.counties")
    municipalities = Withheld(source="month.municipalities")
    answers_by_county = serializers.SerializerMethodField()

    @extend_schema_field(CellSerializer(many=True))
    def get_answers_by_county(self, shown: dict[str, Any]) -> list[dict[str, Any]]:
        """Give the cells that may be shown; most may not."""
        cells = shown["month"].answers_by_county.items()
        return [
            {"county": county, "answer": answer, "count": count}
            for (county, answer), count in cells
            if count is not None
        ]


class MunicipalitySerializer(serializers.ModelSerializer[Municipality]):
    """A municipality with Statistics Sweden's codes."""

    county_code = serializers.CharField(source="county_id")
    county = serializers.CharField(source="county.name")

    class Meta:
        model = Municipality
        fields = ("code", "name", "county_code", "county")


def _fields_of(value: int | Share | Spread) -> dict[str, Any]:
    match value:
        case Share():
            low, high = value.interval
            return {"count": value.count, "base": value.base, "low": low, "high": high}
        case Spread():
            return {"observed": value.n, "median": value.median, "p90": value.p90}
        case _:
            return {"count": value}
