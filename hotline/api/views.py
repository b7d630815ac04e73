"""The programs' addresses: the schema, the figures, the municipalities."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.exceptions import NotFound
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.actions import Action
from audit.api.authentication import SignedIn
from audit.api.problems import answers
from audit.api.views import GuardedView, acting
from audit.services import record_durably
from cases.coded.models import Municipality
from hotline.api.serializers import MunicipalitySerializer, OperationalSerializer, PersonsSerializer
from hotline.statistics.cubes import Dimension
from hotline.statistics.panels import operational_panel
from hotline.statistics.periods import PeriodChoice, period_of, whole_months
from hotline.statistics.persons import cube_of
from hotline.statistics.views import chosen_dimension, chosen_month, chosen_period
from referrals.api.authentication import BearerToken

PERIOD = OpenApiParameter("period", str, enum=PeriodChoice.values, default=PeriodChoice.MONTH_LONG.value)
BY = OpenApiParameter("by", str, enum=Dimension.values, default=Dimension.CALLER_ROLE.value)
MONTH = OpenApiParameter("month", str, description="A whole month, as 2026-10; the latest by default.")


class Schema(SpectacularJSONAPIView):
    """What can be asked, as OpenAPI; it holds no figure, so whoever is signed in may read it, and every system."""

    authentication_classes = (BearerToken, SignedIn)
    permission_classes = (IsAuthenticated,)


class OperationalFigures(GuardedView):
    """The operational figures of a period, as on the page; the look is recorded."""

    required_permission = "hotline.view_operational_figures"

    @extend_schema(
        operation_id="figures_retrieve",
        parameters=[PERIOD],
        responses=answers(OperationalSerializer, 401, 403, 404),
    )
    def get(self, request: Request) -> Response:
        """Answer with every figure."""
        choice = chosen_period(request.query_params.get("period", PeriodChoice.MONTH_LONG))
        actor = acting(request)
        record_durably(actor=actor, action=Action.OPERATIONAL_FIGURES_SEEN, period=choice.value)
        panel = operational_panel(period_of(choice, today=timezone.localdate()))
        return Response(OperationalSerializer(panel).data)


class PersonFigures(GuardedView):
    """One protected table about persons and one month of it, as on the page; the look is recorded."""

    required_permission = "hotline.view_person_figures"

    @extend_schema(
        operation_id="person_figures_retrieve",
        parameters=[BY, MONTH],
        responses=answers(PersonsSerializer, 401, 403, 404),
    )
    def get(self, request: Request) -> Response:
        """Answer with what disclosure control has let through; what it has not is null."""
        dimension = chosen_dimension(request.query_params.get("by", Dimension.CALLER_ROLE))
        months = whole_months(today=timezone.localdate())
        month = chosen_month(request.query_params.get("month", ""), months)
        record_durably(
            actor=acting(request),
            action=Action.PERSON_FIGURES_SEEN,
            by=dimension.value,
            month=f"{month.first_day:%Y-%m}",
        )
        cube = cube_of(dimension, months)
        return Response(PersonsSerializer({"cube": cube, "month": cube.months[months.index(month)]}).data)


class Municipalities(GuardedView):
    """All municipalities, in the order of the Swedish alphabet."""

    required_permission = "hotline.view_operational_figures"

    @extend_schema(
        operation_id="municipalities_list", responses=answers(MunicipalitySerializer(many=True), 401, 403)
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002 - REST framework's signature
        """Answer with all 290 at once; no page of them is of use alone."""
        found = Municipality.objects.select_related("county").order_by("sort_key")
        return Response(MunicipalitySerializer(found, many=True).data)


class NotThere(APIView):
    """Every other address: a program is told so in the form it reads."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:  # noqa: ARG002 - its signature
        """Refuse, whatever the method."""
        raise NotFound
