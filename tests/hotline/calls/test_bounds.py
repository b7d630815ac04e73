"""Everything that arrives has a size, and there is a size beyond which nothing is even looked at."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from hotline.calls import bounds
from hotline.calls.models import Call
from hotline.calls.spool import MAX_RECORD
from hotline.calls.waiting import Waiting, encode
from hotline.telephony.errors import Malformed
from hotline.telephony.events import Kind
from hotline.telephony.links import MAX_ROUND, read_place
from hotline.webhook_wsgi import get_webhook_application
from tests.hotline.calls.provider import Caller
from tests.hotline.calls.test_spool import minimised
from tests.hotline.factories import make_line

SPARE = {"HTTP_HOST": "testserver", "HTTP_X_TWILIO_SIGNATURE": 28 * "A"}


def status_of(**environ: str) -> str:
    """Give what the webhooks' application says to a request that only has these."""
    said: list[str] = []

    def start_response(status: str, *_rest: object) -> Callable[[bytes], object]:
        said.append(status)
        return io.BytesIO().write

    request: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/webhooks/twilio/voice/",
        "CONTENT_LENGTH": "0",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
    }
    response: Any = get_webhook_application()(request | environ, start_response)
    if hasattr(response, "close"):
        response.close()
    return said[0]


@pytest.mark.parametrize(
    "environ",
    [
        {"PATH_INFO": "/webhooks/" + bounds.MAX_ADDRESS * "a"},
        {"QUERY_STRING": bounds.MAX_QUERY * "a" + "a"},
        {f"HTTP_X_{number}": "" for number in range(bounds.MAX_HEADERS + 1)},
        {"HTTP_X_FORWARDED_FOR": bounds.MAX_HEADERS_LENGTH // 2 * "1,"},
        {"HTTP_X_TWILIO_SIGNATURE": bounds.MAX_HEADERS_LENGTH * "A"},
    ],
    ids=["address", "query", "number of headers", "sources", "signature"],
)
def test_what_no_provider_would_send_is_turned_away_unread(environ: dict[str, str]) -> None:
    assert status_of(**SPARE | environ).startswith("431 ")


def test_what_a_provider_sends_is_within_all_bounds() -> None:
    query = "r=2&w=600&n=12&part=read_back&d=" + 36 * "0" + "&l=sv&a=" + 36 * "0" + "&b=" + 160 * "A"
    assert len(query) < bounds.MAX_QUERY / 4
    assert status_of(**SPARE, QUERY_STRING=query).startswith("403 ")


@pytest.mark.parametrize(
    "query", ["b=" + 257 * "A", "b=%2B", "r=-1", "r=99999999", "d=x", "l=svenska", "a=1"]
)
def test_a_place_that_we_did_not_write_is_malformed(query: str) -> None:
    with pytest.raises(Malformed):
        read_place(query)


@pytest.mark.urls("hotline.webhook_urls")
@pytest.mark.django_db(databases=["default", "keys"])
def test_a_round_beyond_all_rounds_overflows_nothing(client: Client) -> None:
    make_line()
    Caller(client).send("dial/?r=40000", DialCallStatus="no-answer")
    assert Call.objects.get().rings == MAX_ROUND + 1


@pytest.mark.urls("hotline.webhook_urls")
@pytest.mark.django_db(databases=["default", "keys"])
def test_keyed_digits_beyond_any_number_are_cut(client: Client) -> None:
    make_line()
    assert Caller(client).send("callback/?part=keyed", Digits=5000 * "1").find("Gather") is not None


@pytest.mark.django_db(databases=["default", "keys"])
def test_the_longest_event_fits_into_a_record_of_the_spool() -> None:
    longest = minimised(Kind.CALLBACK_REQUESTED, cause=5000 * "x", wait_s=604_800)
    assert len(encode(Waiting(longest))) < MAX_RECORD / 2
    assert len(longest.cause) <= 24
    assert settings.DATA_UPLOAD_MAX_NUMBER_FIELDS <= 300
