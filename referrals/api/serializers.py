"""What programs get to know of referrals and contact points, and what they send."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.coded.models import CodedValue, Kind, Municipality
from cases.scan.findings import scan, warning
from referrals.clock.working_days import local_day
from referrals.directory.models import ContactKind, ContactPoint
from referrals.pressing import MOST_WORDS
from referrals.referral.copies import Line
from referrals.referral.correspondence import Suggestion
from referrals.referral.models import Move, Referral
from referrals.referral.outcomes import CHOOSABLE
from referrals.referral.states import Mode, MoveKind, Outcome, Party, State

UNKNOWN_MUNICIPALITY = "There is no municipality with this code."
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


class SuggestionSerializer(serializers.ModelSerializer[Suggestion]):
    """Who should have it instead, as the function that declined it says."""

    class Meta:
        model = Suggestion
        fields = ("municipality", "kind", "at")


class StaffReferralDetailSerializer(serializers.Serializer[Any]):
    """A referral with its steps; its case only for those who may open the case."""

    referral = StaffReferralSerializer()
    case = serializers.CharField(allow_null=True)
    moves = MoveSerializer(many=True)
    suggestion = SuggestionSerializer(allow_null=True)
    questions = serializers.IntegerField(
        source="question_count", help_text="How many have been asked, by either side."
    )
    is_asked = serializers.BooleanField(help_text="Whether a question of theirs waits for your answer.")
    may_ask = serializers.BooleanField()
    waits_for_sign_off = serializers.BooleanField(
        help_text="Whether it left in acute danger on one person's word, and nobody else has looked at it."
    )


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
    is_asked = serializers.BooleanField(help_text="Whether a question of ours waits for your answer.")


class ReceivedDetailSerializer(ReceivedSerializer):
    """The same, with what can be done now."""

    questions = serializers.IntegerField(
        source="question_count", help_text="How many have been asked, by either of us."
    )
    may_ask = serializers.BooleanField(help_text="Whether you may ask and answer now.")
    can = serializers.ListField(child=serializers.ChoiceField(choices=MoveKind.choices), source="can_now")


class QuestionSerializer(serializers.Serializer[Any]):
    """A question with its answer, where there is one."""

    id = serializers.UUIDField(source="pk")
    is_mine = serializers.BooleanField(help_text="Whether your side asked; the other one answers.")
    asked_at = serializers.DateTimeField()
    question = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField(allow_blank=True)


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
    """Why the function does not take it on and, if it knows, who should have it instead."""

    reason = serializers.CharField(max_length=64, help_text="A code from /api/v1/decline-reasons/.")
    municipality = serializers.CharField(max_length=4, required=False, help_text="Its code, four figures.")
    function = serializers.ChoiceField(choices=ContactKind.choices, required=False)

    def validate_reason(self, code: str) -> CodedValue:
        """Give the reason. Errors: ValidationError for one that cannot be chosen."""
        reason = CodedValue.objects.choosable(Kind.DECLINE_REASON).filter(code=code).first()
        if reason is None:
            raise serializers.ValidationError(UNKNOWN_REASON)
        return reason

    def validate_municipality(self, code: str) -> Municipality:
        """Give the municipality. Errors: ValidationError for a code that is none."""
        municipality = Municipality.objects.filter(code=code).first()
        if municipality is None:
            raise serializers.ValidationError(UNKNOWN_MUNICIPALITY)
        return municipality


class WordsSerializer(serializers.Serializer[Any]):
    """A question, or an answer."""

    text = serializers.CharField(max_length=MOST_WORDS)
    keep_personal_data = serializers.BooleanField(
        default=False, help_text="Say true to send words that seem to point a person out."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Point out what looks like a person, once. Errors: ValidationError."""
        found = "" if attrs.pop("keep_personal_data") else warning(scan(attrs["text"]))
        if found:
            raise serializers.ValidationError({"text": found})
        return attrs


class AnswerSerializer(WordsSerializer):
    """The answer to one question."""

    question = serializers.UUIDField()


class OutcomeSerializer(serializers.Serializer[Any]):
    """What came of it, as the receiver sees it."""

    outcome = serializers.ChoiceField(choices=OUTCOMES)
