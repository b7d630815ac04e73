"""What programs get to know of referrals and contact points, and what they send."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.coded.models import CodedValue, Kind
from referrals.clock.working_days import local_day
from referrals.directory.models import ContactPoint
from referrals.referral.copies import Line
from referrals.referral.models import Move, Referral
from referrals.referral.outcomes import CHOOSABLE
from referrals.referral.states import Mode, MoveKind, Outcome, Party, State

UNKNOWN_REASON = "Not among the reasons for declining."
OUTCOMES = [choice for choice in Outcome.choices if choice[0] in CHOOSABLE]


class ContactPointSerializer(serializers.ModelSerializer[ContactPoint]):
    """A contact point as the directory's page shows it: a function, never a person."""

    is_verified = serializers.SerializerMethodField(help_text="Whether it can be relied on today.")

    class Meta:
        model = ContactPoint
        fields = (
            "reference",
            "kind",
            "function",
            "municipality",
            "county",
            "address",
            "phone",
            "last_verified_at",
            "is_verified",
            "closed_until",
            "synthetic",
        )

    def get_is_verified(self, point: ContactPoint) -> bool:
        """Ask the contact point."""
        return point.is_fresh(local_day())


class StaffReferralSerializer(serializers.ModelSerializer[Referral]):
    """A referral as its sender's pages show it; nothing that left with it."""

    contact_point = serializers.CharField(source="contact_point.reference")
    function = serializers.CharField(source="contact_point.function")
    counsellor = serializers.CharField(source="counsellor.username")
    decline_reason = serializers.CharField(source="decline_reason.code", default=None, allow_null=True)

    class Meta:
        model = Referral
        fields = (
            "reference",
            "receiver_reference",
            "contact_point",
            "function",
            "counsellor",
            "mode",
            "acute",
            "state",
            "next_actor",
            "due_on",
            "created_at",
            "sent_at",
            "decline_reason",
            "reported_outcome",
            "outcome",
            "ended_at",
        )


class MoveSerializer(serializers.ModelSerializer[Move]):
    """One step of a referral."""

    contact_point = serializers.CharField(source="contact_point.reference")

    class Meta:
        model = Move
        fields = ("number", "kind", "from_state", "to_state", "party", "contact_point", "at")


class StaffReferralDetailSerializer(serializers.Serializer[Any]):
    """A referral with its steps; its case only for those who may open the case."""

    referral = StaffReferralSerializer()
    case = serializers.CharField(allow_null=True)
    moves = MoveSerializer(many=True)


class ReceivedSerializer(serializers.Serializer[Referral]):
    """A referral as its receiver sees it before opening: where it stands, who acts next and by when."""

    reference = serializers.CharField(source="receiver_reference")
    contact_point = serializers.CharField(source="contact_point.reference")
    function = serializers.CharField(source="contact_point.function")
    state = serializers.ChoiceField(choices=State.choices)
    mode = serializers.ChoiceField(choices=Mode.choices)
    acute = serializers.BooleanField()
    sent_at = serializers.DateTimeField(allow_null=True)
    next_actor = serializers.ChoiceField(choices=Party.choices, allow_blank=True)
    due_on = serializers.DateField(allow_null=True)
    consent_until = serializers.DateField(help_text="The last day on which its content can be read.")


class ReceivedDetailSerializer(ReceivedSerializer):
    """The same, with what can be done now."""

    can = serializers.ListField(child=serializers.ChoiceField(choices=MoveKind.choices), source="can_now")


class LineSerializer(serializers.Serializer[Line]):
    """One field of what was sent, in words of the language asked for."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # the name of a field, not of this one
    values = serializers.ListField(child=serializers.CharField())


class CopySerializer(serializers.Serializer[Any]):
    """Exactly what left with the referral."""

    reference = serializers.CharField()
    fields_sent = LineSerializer(many=True)


class DeclineReasonSerializer(serializers.ModelSerializer[CodedValue]):
    """A reason for declining."""

    class Meta:
        model = CodedValue
        fields = ("code", "label_sv", "label_en")


class NothingSerializer(serializers.Serializer[Any]):
    """An empty object."""


class DeclineSerializer(serializers.Serializer[Any]):
    """Why the function does not take it on."""

    reason = serializers.CharField(max_length=64, help_text="A code from /api/v1/decline-reasons/.")

    def validate_reason(self, code: str) -> CodedValue:
        """Give the reason. Errors: ValidationError for one that cannot be chosen."""
        reason = CodedValue.objects.choosable(Kind.DECLINE_REASON).filter(code=code).first()
        if reason is None:
            raise serializers.ValidationError(UNKNOWN_REASON)
        return reason


class OutcomeSerializer(serializers.Serializer[Any]):
    """What came of it, as the receiver sees it."""

    outcome = serializers.ChoiceField(choices=OUTCOMES)
