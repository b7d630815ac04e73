"""What a program gets to know of a case: codes, days and references, no text and nothing about a person."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.followups.models import FollowUp
from cases.record.models import Basis, Case, CaseState, Contact


class CaseRowSerializer(serializers.ModelSerializer[Case]):
    """A case in a list, as on the page *My cases*; its place is not among it."""

    basis = serializers.ChoiceField(choices=Basis.choices, help_text="Why you see it.")
    next_follow_up_on = serializers.DateField(source="next_day", allow_null=True)

    class Meta:
        model = Case
        fields = ("reference", "state", "protected", "basis", "opened_at", "next_follow_up_on")


class ContactRowSerializer(serializers.ModelSerializer[Contact]):
    """A conversation of a case: when and how, not what about."""

    class Meta:
        model = Contact
        fields = ("reference", "channel", "begun_at")


class FollowUpRowSerializer(serializers.ModelSerializer[FollowUp]):
    """A promise that is not settled yet: its day, not its text."""

    assigned_to = serializers.CharField(source="assigned_to.username")

    class Meta:
        model = FollowUp
        fields = ("reference", "due_on", "assigned_to")


class CaseSerializer(serializers.Serializer[Any]):
    """A case without its notes and without what is coded about persons."""

    reference = serializers.CharField(source="case.reference")
    state = serializers.ChoiceField(choices=CaseState.choices, source="case.state")
    state_since = serializers.DateTimeField(source="case.state_since")
    protected = serializers.BooleanField(source="case.protected")
    basis = serializers.ChoiceField(choices=Basis.choices)
    opened_at = serializers.DateTimeField(source="case.opened_at")
    closed_at = serializers.DateTimeField(source="case.closed_at", allow_null=True)
    outcome = serializers.CharField(source="case.outcome.code", default=None, allow_null=True)
    municipality = serializers.CharField(
        source="case.municipality_id", allow_null=True, help_text="Its code; never with protected identity."
    )
    merged_into = serializers.CharField(source="case.merged_into.reference", default=None, allow_null=True)
    contacts = ContactRowSerializer(many=True)
    follow_ups = FollowUpRowSerializer(many=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Leave the place out where identity is protected."""
        shown = super().to_representation(instance)
        return shown | {"municipality": None} if shown["protected"] else shown
