"""What a municipality's own system can do: read the referrals to its contact points, and answer them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from audit.api.problems import Problem, answers
from audit.api.views import GuardedList, GuardedView, acting
from cases.coded.models import CodedValue, Kind
from referrals.access import get_received, look_at_referral, received_by
from referrals.api.authentication import BearerToken
from referrals.api.serializers import (
    CopySerializer,
    DeclineReasonSerializer,
    DeclineSerializer,
    NothingSerializer,
    OutcomeSerializer,
    ReceivedDetailSerializer,
    ReceivedSerializer,
)
from referrals.clock.working_days import local_day
from referrals.pressing import REFUSALS, SENTENCES
from referrals.referral import services
from referrals.referral.copies import read_copy
from referrals.referral.models import Referral
from referrals.referral.parties import moves_open_to
from referrals.referral.states import State
from referrals.systems.answers import Answer, Asked, keep_answer, kept_answer, take_key
from referrals.systems.models import System

UNOPENED = frozenset({State.SENT, State.ESCALATED})
KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="Made anew for every new request, sent again with a repeated one: 1 to 255 visible characters.",
)
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class KeyMissing(APIException):
    """Send an Idempotency-Key: 1 to 255 visible characters, new for every new request."""

    status_code = 400
    default_detail = __doc__


class NotOpen(Problem):
    """Open the referral first; after the last day of the consent its content stays shut."""

    kind = "tag:stodtelefonen,2026:content-shut"
    default_detail = __doc__


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
        return received_by(_user(request))


class ReceivedDetail(Receives):
    """One referral to your contact points; any other does not exist."""

    @extend_schema(
        operation_id="received_retrieve",
        responses=answers(ReceivedDetailSerializer, 401, 403, 404, 429),
    )
    def get(self, request: Request, reference: str) -> Response:
        """Record the look, then say where it stands and what can be done."""
        user = _user(request)
        found = get_received(user, reference)
        look_at_referral(actor=acting(request), referral=found)
        return Response(_described(user, found))


class ReceivedCopy(Receives):
    """What was sent with a referral that has been opened."""

    @extend_schema(
        operation_id="received_copy",
        request=NothingSerializer,
        responses=answers(CopySerializer, 401, 403, 404, 409, 429),
    )
    def post(self, request: Request, reference: str) -> Response:
        """Record the look, then decrypt; every reading is a look of its own, and no answer of it is kept."""
        found = get_received(_user(request), reference)
        if found.state in UNOPENED or found.consent_until < local_day():
            raise NotOpen
        lines = read_copy(actor=acting(request), referral=found)
        return Response(CopySerializer({"reference": reference, "fields_sent": lines}).data)


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


class ReceivedAnswer(Receives):
    """One answer of the receiver: the verb the portal's button calls, behind an idempotency key."""

    verb: Callable[..., Referral]
    form: type[Serializer[Any]] = NothingSerializer

    def answer_once(self, request: Request, reference: str) -> Response:
        """Answer as before where the key is known, else act and keep the answer with the act."""
        asked = _asked(request)
        answer = kept_answer(asked) or self._answer(request, reference, asked)
        headers = {"Idempotency-Replayed": "true"} if answer.is_replay else {}
        media_type = "application/problem+json" if answer.status >= Problem.status_code else None
        return Response(answer.body, status=answer.status, headers=headers, content_type=media_type)

    def _answer(self, request: Request, reference: str, asked: Asked) -> Answer:
        found = get_received(_user(request), reference)
        form = self.form(data=request.data)
        form.is_valid(raise_exception=True)
        with transaction.atomic():
            take_key(asked)
            earlier = kept_answer(asked)
            if earlier:
                return earlier
            answer = self._act(request, found, asked, form.validated_data)
            keep_answer(asked, answer)
        return answer

    def _act(self, request: Request, found: Referral, asked: Asked, chosen: dict[str, Any]) -> Answer:
        user, press = _user(request), uuid.uuid5(asked.system.pk, asked.key)
        verb = type(self).verb
        try:
            moved = verb(actor=acting(request), user=user, referral=found, client_id=press, **chosen)
        except REFUSALS as refusal:
            return Answer(Problem.status_code, _refused(refusal))
        return Answer(200, _described(user, moved))


def answering(
    name: str, verb: Callable[..., Referral], form: type[Serializer[Any]] = NothingSerializer
) -> Any:
    """Make the address of one answer."""

    class AnswerWith(ReceivedAnswer):
        @extend_schema(
            operation_id=f"received_{name}",
            description=verb.__doc__,
            parameters=[KEY],
            request=form,
            responses=answers(ReceivedDetailSerializer, 400, 401, 403, 404, 409, 413, 415, 422, 429),
        )
        def post(self, request: Request, reference: str) -> Response:
            return self.answer_once(request, reference)

    AnswerWith.verb, AnswerWith.form = staticmethod(verb), form
    return AnswerWith.as_view()


open_ = answering("open", services.open_referral)
accept = answering("accept", services.accept_referral)
decline = answering("decline", services.decline_referral, DeclineSerializer)
contact = answering("contact", services.report_contact)
not_reached = answering("not_reached", services.report_not_reached)
caller = answering("caller", services.report_caller, OutcomeSerializer)
outcome = answering("outcome", services.report_outcome, OutcomeSerializer)


def _asked(request: Request) -> Asked:
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        raise KeyMissing
    if not isinstance(request.auth, System):
        raise NotAuthenticated
    return Asked(system=request.auth, key=key, path=request.path, body=request.data)


def _described(user: User, found: Referral) -> dict[str, Any]:
    """Say where a referral stands, in plain JSON that can be kept: nothing of it is from the case."""
    found.can_now = sorted(moves_open_to(user, found))  # type: ignore[attr-defined]
    shown: dict[str, Any] = dict(ReceivedDetailSerializer(found).data)
    return shown


def _refused(refusal: Exception) -> dict[str, Any]:
    return {
        "type": "tag:stodtelefonen,2026:move-refused",
        "title": "Conflict",
        "status": int(Problem.status_code),
        "detail": str(SENTENCES[type(refusal)]),
    }


def _user(request: Request) -> User:
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
