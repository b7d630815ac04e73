"""The webhooks' own application: its addresses, its middleware, nothing else."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from pytest_django import Settings

from hotline.calls import webhooks
from hotline.calls.models import Call
from hotline.demo.simulate_transport import InProcessTransport, Signer
from hotline.lines import hours
from hotline.webhook_wsgi import WebhookHandler, get_webhook_application, given_whole
from tests.hotline.factories import LINE_NUMBER, make_line
from tests.hotline.lines.test_duty import NOON

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
FORM = {
    "AccountSid": "AC" + 32 * "0",
    "CallSid": "CA1",
    "CallStatus": "ringing",
    "From": "anonymous",
    "To": LINE_NUMBER,
}
seen: list[str] = []


def counting_middleware(get_response: object) -> object:
    def middleware(request: object) -> object:
        seen.append("middleware")
        return get_response(request)  # type: ignore[operator]

    return middleware


def post(application: WebhookHandler, path: str = "/webhooks/twilio/voice/") -> int:
    transport = InProcessTransport(application, Signer(32 * "1"), NOON)
    return transport.post(f"http://testserver{path}", FORM).status


def test_it_takes_a_call_at_the_time_it_is_given() -> None:
    make_line()
    assert post(get_webhook_application()) == 200
    assert Call.objects.get().offered_at == NOON


def test_it_knows_no_other_page() -> None:
    application = get_webhook_application()
    for path in ("/", "/desk/", "/accounts/login/", "/webhooks/"):
        assert post(application, path) == 404


def test_it_runs_its_own_middleware_and_not_the_pages(settings: Settings) -> None:
    make_line()
    settings.WEBHOOK_MIDDLEWARE = [f"{__name__}.counting_middleware"]
    settings.MIDDLEWARE = ["no.such.middleware"]
    seen.clear()
    assert post(WebhookHandler()) == 200
    assert seen == ["middleware"]


def test_a_time_cannot_be_given_from_outside() -> None:
    header = "HTTP_" + webhooks.RECEIVED_AT.upper().replace(".", "_")
    assert header != webhooks.RECEIVED_AT
    assert not webhooks.RECEIVED_AT.startswith("HTTP_")


@pytest.mark.parametrize("length", ["x", "-1", "1e3", "²"])
def test_a_length_that_is_no_length_is_turned_away(length: str) -> None:
    statuses: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/webhooks/twilio/voice/",
        "CONTENT_LENGTH": length,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
    }

    def start_response(status: str, *_rest: object) -> Callable[[bytes], object]:
        statuses.append(status)
        return io.BytesIO().write

    response: Any = get_webhook_application()(environ, start_response)
    response.close()
    assert statuses == ["400 Bad Request"]


def test_answers_are_given_whole_and_what_made_them_is_closed() -> None:
    response = HttpResponse("<Response/>")

    def handler(environ: Any, start_response: Any) -> HttpResponse:
        return response

    assert given_whole(handler)({}, lambda *_told: None) == [b"<Response/>"]  # type: ignore[arg-type]
    assert response.closed


def test_the_holidays_are_known_before_the_first_caller_waits_for_them() -> None:
    hours._holidays.cache_clear()
    get_webhook_application()
    assert hours._holidays.cache_info().currsize == 2
