"""The providers' door: verify, translate, apply, answer. Whatever breaks behind it, the caller gets an answer."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from audit.refusals import count_refusal
from hotline.calls import without_database
from hotline.calls.serving import count_unknown, log_failure, serve
from hotline.environment import optional
from hotline.people.sources import source_of
from hotline.telephony import providers
from hotline.telephony.answers import Answer
from hotline.telephony.errors import Malformed, UnknownKind, WebhookRefused
from hotline.telephony.events import Step, Turn
from hotline.telephony.links import Links
from hotline.telephony.providers import Delivery, Provider, Reply, Secrets

# Set by callers within this process only (a header would arrive as HTTP_…): when a simulated call is taken in.
RECEIVED_AT = "hotline.received_at"
STEPS = {step.value: step for step in Step}


class TooLarge(Exception):
    """The body is larger than any webhook of the provider."""


class Address(NamedTuple):
    """Where a delivery came to, and from where."""

    step: Step
    in_path: str
    source: str


@csrf_exempt  # the provider's file says who sent it
def receive(
    request: HttpRequest, provider: str, step: str = Step.VOICE.value, in_path: str = ""
) -> HttpResponse:
    """Take in what any provider sends to any of our steps."""
    known = registered().get(provider)
    if known is None or step not in STEPS or (in_path and not known.secret_in_path):
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    secrets, source = secrets_of(known), source_of(request)
    try:
        turn = _read(request, known, secrets, Address(STEPS[step], in_path, source))
    except WebhookRefused as refused:
        count_refusal(reason=f"webhook:{refused.reason}", source=source)
        return _refused()
    except UnknownKind:
        return _acknowledge_unknown()
    except (TooLarge, RequestDataTooBig):
        return HttpResponse(status=413)
    except (Malformed, UnreadablePostError):
        return HttpResponse(status=400)
    answer = serve(turn, at=_received_at(request))
    reply = _write(known, secrets, turn, answer, Links(settings.PUBLIC_BASE_URL, provider, in_path))
    return HttpResponse(reply.body, status=reply.status, content_type=reply.content_type or None)


def registered() -> Mapping[str, Provider]:
    """Give the providers that the settings name, by their names."""
    return providers.load(tuple(settings.TELEPHONY_PROVIDERS))


def secrets_of(provider: Provider) -> Secrets:
    """Give a provider what it asked to know; what the settings do not name comes from the environment."""
    return {name: _setting(name) for name in provider.settings}


def require_a_provider() -> None:
    """Refuse to open a door through which nobody could come.

    Errors: ImproperlyConfigured, naming what each provider needs.
    """
    known = registered().values()
    if not any(each.is_configured(secrets_of(each)) for each in known):
        needs = "; ".join(f"{each.name}: {' '.join(each.settings)}" for each in known)
        message = f"No telephone provider is set up. Give what one of them needs – {needs}."
        raise ImproperlyConfigured(message)


def plain(status: int) -> Callable[..., HttpResponse]:
    """Make a handler for what Django itself turns away: no page, no word, for nobody reads it."""

    def answer(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - by name
        return HttpResponse(status=status)

    return answer


def _read(request: HttpRequest, provider: Provider, secrets: Secrets, address: Address) -> Turn:
    if _declared_length(request) > provider.max_body:
        raise TooLarge
    if not provider.is_configured(secrets):
        raise WebhookRefused(reason="not_configured")
    delivery = Delivery(
        step=address.step,
        url=settings.PUBLIC_BASE_URL + request.get_full_path(),
        query=request.META.get("QUERY_STRING", ""),
        headers=request.headers,
        body=request.body,
        source=address.source,
        at=_received_at(request),
        in_path=address.in_path,
    )
    return provider.read(delivery, secrets)


def _declared_length(request: HttpRequest) -> int:
    """Give the length of the body before any of it is read; servers hand over no more than this."""
    declared = str(request.META.get("CONTENT_LENGTH") or "0")
    if not declared.isdecimal():
        raise Malformed
    return int(declared)


def _refused() -> HttpResponse:
    """Say nothing, here or in the log: it is counted, and a flood of strangers must not fill a disk."""
    response = HttpResponse(status=403)
    response.__dict__["_has_been_logged"] = True  # Django's own mark
    return response


def _acknowledge_unknown() -> HttpResponse:
    count_unknown()
    return HttpResponse(status=204)


def _write(provider: Provider, secrets: Secrets, turn: Turn, answer: Answer, links: Links) -> Reply:
    """Put the answer into the provider's words; one that has none for it gets what is said when nothing works."""
    try:
        return provider.write(turn, answer, links, secrets)
    except Exception as error:  # noqa: BLE001 - a 500 is a lost call: the provider does not ask again
        log_failure("An answer could not be written", error)
        return provider.write(turn, without_database.decide(turn, at=timezone.now()).answer, links, secrets)


def _setting(name: str) -> str:
    given = getattr(settings, name, None)
    return _from_environment(name) if given is None else str(given)


@lru_cache(maxsize=32)
def _from_environment(name: str) -> str:
    return optional(name)


def _received_at(request: HttpRequest) -> datetime:
    given = request.META.get(RECEIVED_AT)
    return given if isinstance(given, datetime) else timezone.now()
