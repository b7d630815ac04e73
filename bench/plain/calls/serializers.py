"""What is taken from a voice request."""

from rest_framework import serializers


class VoiceSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """The fields of the provider's form that are used."""

    CallSid = serializers.CharField(max_length=64)
    AccountSid = serializers.CharField(max_length=64)
    CallStatus = serializers.CharField(max_length=16)
    From = serializers.CharField(max_length=64, allow_blank=True)
    To = serializers.CharField(max_length=64)
    SequenceNumber = serializers.CharField(max_length=16, required=False, default="")
