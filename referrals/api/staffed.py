"""Referrals and the directory for staff's own programs: what the pages give, with the same looks in the trail."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from audit.api.problems import MEDIA_TYPE, Problem, answers
from audit.api.views import GuardedList, GuardedView, acting
from cases.access import visible_to
from referrals.access import get_staffed, look_at_referral, staffed_by
from referrals.api.keys import KEY, key_of
from referrals.api.refusing import refused
from referrals.api.saying import answer_to, conversation, question_to, waiting_for
from referrals.api.serializers import (
    AnswerSerializer,
    ContactPointSerializer,
    NothingSerializer,
    QuestionSerializer,
    StaffReferralDetailSerializer,
    StaffReferralSerializer,
    WordsSerializer,
)
from referrals.directory.models import ContactPoint
from referrals.pressing import REFUSALS
from referrals.referral.models import Referral
from referrals.referral.signing_off import lone_decisions_of
from referrals.referral.states import ENDED
from referrals.referral.suggestions import suggestion_for

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
        return Response(_described(user, found))


class ReferralQuestions(GuardedView):
    """What the function and we have asked each other about a referral."""

    required_permission = COMPOSES

    @extend_schema(
        operation_id="referrals_questions",
        request=NothingSerializer,
        responses=answers(QuestionSerializer(many=True), 401, 403, 404, 410),
    )
    def post(self, request: Request, reference: str) -> Response:
        """Record the look, then decrypt."""
        user = _user(request)
        found = get_staffed(user, reference)
        read = conversation(actor=acting(request), user=user, referral=found)
        return Response(QuestionSerializer(read, many=True).data)


def saying(name: str, verb: Callable[..., Referral], form: type[WordsSerializer]) -> Any:
    """Make the address at which staff's programs ask or answer; a repeated request changes nothing."""

    class Says(GuardedView):
        required_permission = COMPOSES

        @extend_schema(
            operation_id=f"referrals_{name}",
            description=verb.__doc__,
            parameters=[KEY],
            request=form,
            responses=answers(StaffReferralDetailSerializer, 400, 401, 403, 404, 409, 413, 415),
        )
        def post(self, request: Request, reference: str) -> Response:
            user = _user(request)
            found = get_staffed(user, reference)
            press = uuid.uuid5(found.pk, key_of(request))
            said = form(data=request.data)
            said.is_valid(raise_exception=True)
            try:
                verb(actor=acting(request), user=user, referral=found, client_id=press, **said.validated_data)
            except REFUSALS as refusal:
                return Response(refused(refusal), status=Problem.status_code, content_type=MEDIA_TYPE)
            return Response(_described(user, found))

    return Says.as_view()


ask = saying("ask", question_to, WordsSerializer)
answer = saying("answer", answer_to, AnswerSerializer)


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


def _described(user: User, found: Referral) -> dict[str, Any]:
    """Say where a referral stands and what waits; its case only for those who may open the case."""
    may_open = visible_to(user).filter(pk=found.case_id).exists()
    shown = {
        "referral": found,
        "case": found.case.reference if may_open else None,
        "moves": found.moves.select_related("contact_point"),
        "suggestion": suggestion_for(found),
        "waits_for_sign_off": lone_decisions_of(found).waiting().exists(),
        **waiting_for(user, found),
    }
    return dict(StaffReferralDetailSerializer(shown).data)


def _user(request: Request) -> User:
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
