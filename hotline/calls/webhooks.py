"""The provider's door: verify, translate, apply, answer. Whatever breaks behind it, the caller gets an answer."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from audit.refusals import count_refusal
from hotline.calls.intake import count_intake
from hotline.calls.models import IntakeCount
from hotline.calls.serving import log_failure, serve
from hotline.people.sources import source_of
from hotline.telephony import twilio
from hotline.telephony.answers import Answer
from hotline.telephony.errors import Malformed, UnknownKind, WebhookRefused
from hotline.telephony.events import Step, Turn
from hotline.telephony.links import Links
from hotline.telephony.twiml import render

logger = logging.getLogger(__name__)
# Set by callers within this process only (a header would arrive as HTTP_…): when a simulated call is taken in.
RECEIVED_AT = "hotline.received_at"
View = Callable[[HttpRequest], HttpResponse]


class TooLarge(Exception):
    """The body is larger than any webhook of the provider."""


def twilio_step(step: Step) -> View:
    """Make the view of one of Twilio's steps."""

    @csrf_exempt  # the signature says who sent it
    def receive(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            turn = _read(request, step)
        except WebhookRefused as refused:
            count_refusal(reason=f"webhook:{refused.reason}", source=source_of(request))
            return HttpResponse(status=403)
        except UnknownKind:
            return _acknowledge_unknown()
        except (TooLarge, RequestDataTooBig):
            return HttpResponse(status=413)
        except (Malformed, UnreadablePostError):
            return HttpResponse(status=400)
        return _respond(turn, serve(turn, at=_received_at(request)))

    return receive


def plain(status: int) -> Callable[..., HttpResponse]:
    """Make a handler for what Django itself turns away: no page, no word, for nobody reads it."""

    def answer(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - by name
        return HttpResponse(status=status)

    return answer


def _read(request: HttpRequest, step: Step) -> Turn:
    if _declared_length(request) > twilio.MAX_BODY:
        raise TooLarge
    signed = twilio.Signed(
        url=settings.PUBLIC_BASE_URL + request.get_full_path(),
        body=request.body,
        content_type=request.META.get("CONTENT_TYPE", ""),
        signature=request.headers.get("X-Twilio-Signature", ""),
        algorithm=request.headers.get("X-Twilio-Webhooks-Signature-Settings", ""),
    )
    form = twilio.read_form(signed)
    _verify(signed, form)
    return twilio.parse(step, form, request.META.get("QUERY_STRING", ""), account=settings.TWILIO_ACCOUNT_SID)


def _verify(signed: twilio.Signed, form: dict[str, list[str]]) -> None:
    """Verify; of what is refused the names we know are logged, which show a rewriting proxy, and never a value."""
    try:
        twilio.verify(signed, form, token=settings.TWILIO_AUTH_TOKEN)
    except WebhookRefused as refused:
        known = " ".join(sorted(twilio.KNOWN_FIELDS & form.keys()))
        logger.info("A webhook was refused: %s; of %d fields known: %s", refused.reason, len(form), known)
        raise


def _declared_length(request: HttpRequest) -> int:
    """Give the length of the body before any of it is read; servers hand over no more than this."""
    declared = str(request.META.get("CONTENT_LENGTH") or "0")
    if not declared.isdecimal():
        raise Malformed
    return int(declared)


def _acknowledge_unknown() -> HttpResponse:
    try:
        count_intake(IntakeCount.Kind.UNKNOWN)
    except DatabaseError as error:
        log_failure("An unknown kind could not be counted", error)
    return HttpResponse(status=204)


def _respond(turn: Turn, answer: Answer) -> HttpResponse:
    if turn.step is Step.STATUS:
        return HttpResponse(status=204)
    return HttpResponse(
        render(answer, Links(settings.PUBLIC_BASE_URL)), content_type="text/xml; charset=utf-8"
    )


def _received_at(request: HttpRequest) -> datetime:
    given = request.META.get(RECEIVED_AT)
    return given if isinstance(given, datetime) else timezone.now()
