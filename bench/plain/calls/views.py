"""The provider's webhook as a REST view."""

import hashlib

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.parsers import FormParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]
from twilio.twiml.voice_response import Gather, VoiceResponse  # type: ignore[import-untyped]

from bench.plain.calls.models import Call, CallEvent, Line
from bench.plain.calls.serializers import VoiceSerializer

GREETING = (
    "Välkommen till Stödtelefonen. Samtalet spelas inte in och ditt nummer sparas inte. "
    "Vid akut fara, ring 112. Tryck 1 om du vill bli uppringd, eller vänta kvar så kopplas du till en rådgivare."
)


class IsProvider(BasePermission):
    """Let through only what the provider signed."""

    def has_permission(self, request: Request, _view: APIView) -> bool:
        """Check the signature over the address we are called at and every field."""
        validator = RequestValidator(settings.TWILIO_AUTH_TOKEN)
        url = settings.PUBLIC_BASE_URL + request.get_full_path()
        signature = request.headers.get("X-Twilio-Signature", "")
        return bool(validator.validate(url, request.data, signature))


class VoiceView(APIView):
    """Take a call in and say what comes next."""

    authentication_classes = ()
    permission_classes = (IsProvider,)
    parser_classes = (FormParser,)

    def post(self, request: Request) -> HttpResponse:
        """Keep the call and what was told, and answer with TwiML."""
        form = VoiceSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        line = get_object_or_404(Line, number=form.validated_data["To"])
        self._take_in(line, form.validated_data)
        return HttpResponse(_greet(line), content_type="text/xml")

    @transaction.atomic
    def _take_in(self, line: Line, told: dict[str, str]) -> None:
        caller = hashlib.sha256((settings.SECRET_KEY + told["From"]).encode()).hexdigest()
        call, _created = Call.objects.get_or_create(
            call_sid=told["CallSid"],
            defaults={"line": line, "caller": caller, "offered_at": timezone.now()},
        )
        CallEvent.objects.create(call=call, kind=told["CallStatus"], sequence=told["SequenceNumber"])
        call.state = told["CallStatus"]
        call.outside_hours = not _is_open(line)
        call.save()


def _is_open(line: Line) -> bool:
    now = timezone.localtime()
    return any(
        hours.weekday == now.weekday() and hours.opens <= now.time() <= hours.closes
        for hours in line.opening_hours.all()
    )


def _greet(line: Line) -> str:
    base = settings.PUBLIC_BASE_URL
    response = VoiceResponse()
    gather = Gather(num_digits=1, action=f"{base}/webhooks/twilio/menu/", method="POST", timeout=5)
    gather.say(GREETING, language="sv-SE")
    response.append(gather)
    response.enqueue(
        line.name, action=f"{base}/webhooks/twilio/queue/", wait_url=f"{base}/webhooks/twilio/wait/"
    )
    return str(response)
