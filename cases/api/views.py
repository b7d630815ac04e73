"""Cases for other programs of staff: the same grants, the same refusals, the same looks in the trail."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from audit.api.problems import answers
from audit.api.views import GuardedList, GuardedView, acting
from cases.access import get_case
from cases.api.serializers import CaseRowSerializer, CaseSerializer
from cases.followups.models import FollowUp, FollowUpState
from cases.pages.listing import my_cases
from cases.record.models import Case
from cases.record.services import look_at_case

PERMISSION = "cases.work_cases"


class Cases(GuardedList):
    """The cases you may open that are not finished, the newest first."""

    required_permission = PERMISSION
    ordering = ("-opened_at", "reference")
    serializer = CaseRowSerializer

    @extend_schema(operation_id="cases_list", responses=answers(CaseRowSerializer(many=True), 401, 403, 404))
    def get(self, request: Request) -> Response:
        """List them, a page at a time."""
        return self.page(request)

    def rows(self, request: Request) -> QuerySet[Case]:
        """Give those the page *My cases* gives."""
        return my_cases(_user(request))


class CaseDetail(GuardedView):
    """One case; a case you may not open is a case that does not exist."""

    required_permission = PERMISSION

    @extend_schema(operation_id="cases_retrieve", responses=answers(CaseSerializer, 401, 403, 404))
    def get(self, request: Request, reference: str) -> Response:
        """Record the look, then answer."""
        user = _user(request)
        case = get_case(user, reference)
        basis = look_at_case(actor=acting(request), user=user, case=case)
        planned = FollowUp.objects.filter(case=case, state=FollowUpState.PLANNED)
        shown = {
            "case": case,
            "basis": basis,
            "contacts": case.contacts.order_by("begun_at", "reference"),
            "follow_ups": planned.select_related("assigned_to").order_by("due_on", "reference"),
        }
        return Response(CaseSerializer(shown).data)


def _user(request: Request) -> User:
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
