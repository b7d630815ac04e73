"""Calls for other programs of staff: what the desk shows of a call, and nothing that leads to who called."""

from __future__ import annotations

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.actions import Action
from audit.api.problems import answers
from audit.api.views import GuardedList, GuardedView, acting
from audit.services import Subject, record_durably
from hotline.calls.models import Call, Outcome, State


class CallSerializer(serializers.ModelSerializer[Call]):
    """A call: its moments, its outcome, who answered."""

    line = serializers.CharField(source="line.name", default=None, allow_null=True)
    state = serializers.ChoiceField(choices=State.choices)
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_null=True)
    accepted_by = serializers.CharField(source="accepted_by.username", default=None, allow_null=True)
    contact = serializers.CharField(source="contact.reference", default=None, allow_null=True)
    matched = serializers.CharField(
        source="matched.reference",
        default=None,
        allow_null=True,
        help_text="Of a call entered by hand: the provider's record of it.",
    )

    class Meta:
        model = Call
        fields = (
            "reference",
            "line",
            "offered_at",
            "state",
            "outcome",
            "ended_at",
            "accepted_by",
            "wait_s",
            "talk_s",
            "duration_s",
            "outside_hours",
            "language",
            "caller_kind",
            "is_test",
            "contact",
            "matched",
        )


class Calls(GuardedList):
    """Every call, the newest first."""

    required_permission = "hotline.view_desk"
    ordering = ("-offered_at", "reference")
    serializer = CallSerializer

    @extend_schema(operation_id="calls_list", responses=answers(CallSerializer(many=True), 401, 403, 404))
    def get(self, request: Request) -> Response:
        """List them, a page at a time."""
        return self.page(request)

    def rows(self, request: Request) -> QuerySet[Call]:  # noqa: ARG002 - everybody at the desk sees every call
        """Give all of them."""
        return _calls()


class CallDetail(GuardedView):
    """One call."""

    required_permission = "hotline.view_desk"

    @extend_schema(operation_id="calls_retrieve", responses=answers(CallSerializer, 401, 403, 404))
    def get(self, request: Request, reference: str) -> Response:
        """Record the look, as the page does, then answer."""
        found = get_object_or_404(_calls(), reference=reference)
        subject = Subject("call", found.reference)
        record_durably(actor=acting(request), action=Action.CALL_VIEWED, subject=subject)
        return Response(CallSerializer(found).data)


def _calls() -> QuerySet[Call]:
    return Call.objects.select_related("line", "accepted_by", "contact", "matched")
