"""The webhooks as a WSGI application of their own: no sessions, no cookies, only the middleware they need."""

import os
from collections.abc import Callable
from functools import lru_cache
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import django
from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch
from django.utils.http import parse_header_parameters
from django.utils.module_loading import import_string

from hotline.calls.bounds import is_within_bounds

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotline.settings")
URLCONF = "hotline.webhook_urls"


class WebhookRequest(WSGIRequest):
    """Django's request, which reads a content type as a mail's header: here the few there are, each once."""

    def _set_content_type_params(self, meta: WSGIEnvironment) -> None:
        self.content_type, self.content_params = _content_type(str(meta.get("CONTENT_TYPE", "")))


@lru_cache(maxsize=32)
def _content_type(header: str) -> tuple[str, dict[str, str]]:
    return parse_header_parameters(header)


class WebhookHandler(WSGIHandler):
    """Django's handler with its own list of middleware and its own addresses."""

    request_class = WebhookRequest

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> HttpResponseBase:
        """Turn away what is larger than any provider's request before anything is made of it.

        Django's signals around a request look after the thread's database connections; here the hands have those.
        """
        if not is_within_bounds(environ):
            start_response("431 Request Header Fields Too Large", [("Content-Length", "0")])
            return HttpResponse(status=431)
        if settings.WEBHOOK_DEADLINE_S is None:
            return super().__call__(environ, start_response)
        response = self.get_response(self.request_class(environ))
        start_response(f"{response.status_code} {response.reason_phrase}", [*response.items()])
        return response

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002 - Django's signature
        """Chain settings.WEBHOOK_MIDDLEWARE around the views; view and template hooks are not used here."""
        self._view_middleware: list[object] = []
        self._template_response_middleware: list[object] = []
        self._exception_middleware: list[object] = []
        chain = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]
        for name in reversed(settings.WEBHOOK_MIDDLEWARE):
            chain = convert_exception_to_response(import_string(name)(chain))
        self._middleware_chain = chain

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        """Know the webhooks only."""
        request.urlconf = URLCONF
        return super().resolve_request(request)


def get_webhook_application() -> WebhookHandler:
    """Set Django up and give the application.

    Errors: ImproperlyConfigured, with what is needed, where no telephone provider could be recognised.
    """
    django.setup(set_prefix=False)
    from audit.refusals import start_flushing  # noqa: PLC0415 - models load with the application
    from hotline.calls.provisions import start_laying_in  # noqa: PLC0415 - the same
    from hotline.calls.webhooks import require_a_provider  # noqa: PLC0415 - the same
    from hotline.lines.hours import know_holidays  # noqa: PLC0415 - the same

    require_a_provider()
    know_holidays()
    start_flushing()
    start_laying_in()
    return WebhookHandler()


def given_whole(handler: WSGIApplication) -> Callable[[WSGIEnvironment, StartResponse], list[bytes]]:
    """Give answers as a list: they are short, and so the server says their length and sends them at once."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        response = handler(environ, start_response)
        try:
            return [b"".join(response)]
        finally:
            if isinstance(response, HttpResponseBase) and settings.WEBHOOK_DEADLINE_S is None:
                response.close()

    return answer


application = given_whole(get_webhook_application())
