"""The programs' addresses: the schema, the operational figures, the municipalities."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.actions import Action
from audit.gate import actor_of
from audit.services import record_durably
from cases.coded.models import Municipality
from hotline.api.permissions import MayDo
from hotline.api.serializers import MunicipalitySerializer, OperationalSerializer
from hotline.statistics.panels import operational_panel
from hotline.statistics.periods import PeriodChoice, period_of
from hotline.statistics.views import chosen_period

PERIOD = OpenApiParameter("period", str, enum=PeriodChoice.values, default=PeriodChoice.MONTH_LONG.value)


class Schema(SpectacularJSONAPIView):
    """What can be asked, as OpenAPI; it holds no figure, so whoever is signed in may read it."""

    permission_classes = (IsAuthenticated,)


class OperationalFigures(APIView):
    """The operational figures of a period, as on the page; the look is recorded."""

    permission_classes = (MayDo,)
    required_permission = "hotline.view_operational_figures"

    @extend_schema(parameters=[PERIOD], responses=OperationalSerializer)
    def get(self, request: Request) -> Response:
        """Answer with every figure."""
        choice = chosen_period(request.query_params.get("period", PeriodChoice.MONTH_LONG))
        actor = actor_of(request._request)  # noqa: SLF001 - the middleware named who acts on Django's own request
        record_durably(actor=actor, action=Action.OPERATIONAL_FIGURES_SEEN, period=choice.value)
        panel = operational_panel(period_of(choice, today=timezone.localdate()))
        return Response(OperationalSerializer(panel).data, headers={"Cache-Control": "no-store"})


class Municipalities(ListAPIView[Municipality]):
    """All municipalities, in the order of the Swedish alphabet."""

    permission_classes = (MayDo,)
    required_permission = "hotline.view_operational_figures"
    serializer_class = MunicipalitySerializer

    def get_queryset(self) -> QuerySet[Municipality]:
        """Fetch them with their counties, in one question."""
        return Municipality.objects.select_related("county").order_by("sort_key")
