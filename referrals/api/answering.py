"""Answers of a municipality's own system: the verb that the portal's button calls, behind an idempotency key."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from audit.api.problems import Problem, answers
from audit.api.views import acting
from referrals.access import get_received
from referrals.api.keys import KEY, key_of
from referrals.api.received import Receives, asking_user, described
from referrals.api.refusing import refused
from referrals.api.saying import answer_to, question_to
from referrals.api.serializers import (
    AnswerSerializer,
    DeclineSerializer,
    NothingSerializer,
    OutcomeSerializer,
    ReceivedDetailSerializer,
    WordsSerializer,
)
from referrals.pressing import REFUSALS
from referrals.referral import services
from referrals.referral.models import Referral
from referrals.referral.suggestions import decline_and_suggest
from referrals.systems.answers import Answer, Asked, keep_answer, kept_answer, take_key
from referrals.systems.models import System


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
        found = get_received(asking_user(request), reference)
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
        user, press = asking_user(request), uuid.uuid5(asked.system.pk, asked.key)
        verb = type(self).verb
        try:
            moved = verb(actor=acting(request), user=user, referral=found, client_id=press, **chosen)
        except REFUSALS as refusal:
            return Answer(Problem.status_code, refused(refusal))
        return Answer(200, described(user, moved))


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
decline = answering("decline", decline_and_suggest, DeclineSerializer)
contact = answering("contact", services.report_contact)
not_reached = answering("not_reached", services.report_not_reached)
caller = answering("caller", services.report_caller, OutcomeSerializer)
outcome = answering("outcome", services.report_outcome, OutcomeSerializer)
ask = answering("ask", question_to, WordsSerializer)
answer = answering("answer", answer_to, AnswerSerializer)


def _asked(request: Request) -> Asked:
    key = key_of(request)
    if not isinstance(request.auth, System):
        raise NotAuthenticated
    return Asked(system=request.auth, key=key, path=request.path, body=request.data)
