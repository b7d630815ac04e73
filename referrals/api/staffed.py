"""Referrals and the directory for staff's own programs: what the pages give, and the same looks in the trail."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from audit.api.problems import answers
from audit.api.views import GuardedList, GuardedView, acting
from cases.access import visible_to
from referrals.access import get_staffed, look_at_referral, staffed_by
from referrals.api.serializers import (
    ContactPointSerializer,
    StaffReferralDetailSerializer,
    StaffReferralSerializer,
)
from referrals.directory.models import ContactPoint
from referrals.referral.models import Referral
from referrals.referral.states import ENDED

COMPOSES, KEEPS = "referrals.compose", "referrals.verify_directory"
MUNICIPALITY = OpenApiParameter("municipality", str, description="Its code, four figures.")


class Referrals(GuardedList):
    """The live referrals you work on."""

    required_permission = COMPOSES
    ordering = ("due_on", "reference")
    serializer = StaffReferralSerializer

    @extend_schema(
        operation_id="referrals_list",
        responses=answers(StaffReferralSerializer(many=True), 401, 403, 404),
    )
    def get(self, request: Request) -> Response:
        """List them, the most urgent first, a page at a time."""
        return self.page(request)

    def rows(self, request: Request) -> QuerySet[Referral]:
        """Give those the page of referrals gives."""
        return staffed_by(_user(request)).exclude(state__in=ENDED)


class ReferralDetail(GuardedView):
    """One referral; one that you may not see does not exist."""

    required_permission = COMPOSES

    @extend_schema(
        operation_id="referrals_retrieve",
        responses=answers(StaffReferralDetailSerializer, 401, 403, 404),
    )
    def get(self, request: Request, reference: str) -> Response:
        """Record the look, then answer."""
        user = _user(request)
        found = get_staffed(user, reference)
        look_at_referral(actor=acting(request), referral=found)
        may_open = visible_to(user).filter(pk=found.case_id).exists()
        shown = {
            "referral": found,
            "case": found.case.reference if may_open else None,
            "moves": found.moves.select_related("contact_point"),
        }
        return Response(StaffReferralDetailSerializer(shown).data)


class Directory(GuardedList):
    """The contact points of the whole country, or those of one municipality."""

    required_permission = COMPOSES
    or_permissions = (KEEPS,)
    ordering = ("reference",)
    serializer = ContactPointSerializer

    @extend_schema(
        operation_id="directory_list",
        parameters=[MUNICIPALITY],
        responses=answers(ContactPointSerializer(many=True), 401, 403, 404),
    )
    def get(self, request: Request) -> Response:
        """List them, a page at a time."""
        return self.page(request)

    def rows(self, request: Request) -> QuerySet[ContactPoint]:
        """Give those that have not been taken out."""
        points = ContactPoint.objects.live()
        code = request.query_params.get("municipality", "")
        return points.filter(municipality=code) if code else points


def _user(request: Request) -> User:
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
