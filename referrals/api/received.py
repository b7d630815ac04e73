"""What a municipality's own system can read: the referrals to its contact points, and what came with them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from audit.api.problems import answers
from audit.api.views import GuardedList, GuardedView, acting
from cases.coded.models import CodedValue, Kind
from referrals.access import get_received, look_at_referral, received_by
from referrals.api.authentication import BearerToken
from referrals.api.refusing import Destroyed, NotOpen
from referrals.api.saying import conversation, waiting_for
from referrals.api.serializers import (
    CopySerializer,
    DeclineReasonSerializer,
    NothingSerializer,
    QuestionSerializer,
    ReceivedDetailSerializer,
    ReceivedSerializer,
)
from referrals.clock.working_days import local_day
from referrals.referral.copies import read_copy
from referrals.referral.models import Referral
from referrals.referral.parties import moves_open_to
from referrals.referral.questions import UNOPENED, Unreadable, with_questions_to_receiver


class Receives(GuardedView):
    """Only systems come here, with their token, and only with the permission of a recipient."""

    authentication_classes = (BearerToken,)
    required_permission = "referrals.receive"

    @classmethod
    def sufficient(cls) -> frozenset[str]:
        """Give nothing: no permission of a person opens these."""
        return frozenset()


class Received(Receives, GuardedList):
    """The live referrals to your contact points."""

    ordering = ("due_on", "receiver_reference")
    serializer = ReceivedSerializer

    @extend_schema(
        operation_id="received_list",
        responses=answers(ReceivedSerializer(many=True), 401, 403, 404, 429),
    )
    def get(self, request: Request) -> Response:
        """List them, the most urgent first, a page at a time."""
        return self.page(request)

    def rows(self, request: Request) -> QuerySet[Referral]:
        """Give those the portal's inbox gives."""
        return with_questions_to_receiver(received_by(asking_user(request)))


class ReceivedDetail(Receives):
    """One referral to your contact points; any other does not exist."""

    @extend_schema(
        operation_id="received_retrieve",
        responses=answers(ReceivedDetailSerializer, 401, 403, 404, 429),
    )
    def get(self, request: Request, reference: str) -> Response:
        """Record the look, then say where it stands and what can be done."""
        user = asking_user(request)
        found = get_received(user, reference)
        look_at_referral(actor=acting(request), referral=found)
        return Response(described(user, found))


class ReceivedCopy(Receives):
    """What was sent with a referral that has been opened."""

    @extend_schema(
        operation_id="received_copy",
        request=NothingSerializer,
        responses=answers(CopySerializer, 401, 403, 404, 409, 410, 429),
    )
    def post(self, request: Request, reference: str) -> Response:
        """Record the look, then decrypt; every reading is a look of its own, and no answer of it is kept."""
        found = get_received(asking_user(request), reference)
        refuse_shut(found)
        try:
            lines = read_copy(actor=acting(request), referral=found)
        except Unreadable:
            raise Destroyed from None
        return Response(CopySerializer({"reference": reference, "fields_sent": lines}).data)


class ReceivedQuestions(Receives):
    """What you and the counsellor have asked each other about a referral that has been opened."""

    @extend_schema(
        operation_id="received_questions",
        request=NothingSerializer,
        responses=answers(QuestionSerializer(many=True), 401, 403, 404, 409, 410, 429),
    )
    def post(self, request: Request, reference: str) -> Response:
        """Record the look, then decrypt; every reading is a look of its own, and no answer of it is kept."""
        user = asking_user(request)
        found = get_received(user, reference)
        refuse_shut(found)
        read = conversation(actor=acting(request), user=user, referral=found)
        return Response(QuestionSerializer(read, many=True).data)


class DeclineReasons(Receives):
    """The reasons for declining that can be chosen."""

    @extend_schema(
        operation_id="decline_reasons",
        responses=answers(DeclineReasonSerializer(many=True), 401, 403, 429),
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002 - REST framework's signature
        """List them, in their order."""
        reasons = CodedValue.objects.choosable(Kind.DECLINE_REASON)
        return Response(DeclineReasonSerializer(reasons, many=True).data)


def described(user: User, found: Referral) -> dict[str, Any]:
    """Say where a referral stands, in plain JSON that can be kept: nothing of it is from the case."""
    found.can_now = sorted(moves_open_to(user, found))  # type: ignore[attr-defined]
    for name, value in waiting_for(user, found).items():
        setattr(found, name, value)
    shown: dict[str, Any] = dict(ReceivedDetailSerializer(found).data)
    return shown


def refuse_shut(found: Referral) -> None:
    """Keep shut what has not been opened, and what the consent covers no longer. Errors: NotOpen."""
    if found.state in UNOPENED or found.consent_until < local_day():
        raise NotOpen


def asking_user(request: Request) -> User:
    """Give the account that the asking system acts as."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
