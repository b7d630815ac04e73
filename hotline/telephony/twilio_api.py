"""Twilio's REST interface: list and delete calls, ring a number, read and set a number's addresses.

Source: twilio.com/docs/voice/api/call-resource and /docs/phone-numbers/api/incomingphonenumber-resource.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus

from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException  # type: ignore[import-untyped]
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]
from twilio.rest.api.v2010.account.call import CallInstance  # type: ignore[import-untyped]
from twilio.rest.api.v2010.account.incoming_phone_number import IncomingPhoneNumberInstance  # type: ignore[import-untyped]

from hotline.telephony.api import CallRecord, Configuration, Direction, Refused, Status, Unavailable
from hotline.telephony.numbers import caller_number, e164

PUBLIC_URL = "https://api.twilio.com"
TIMEOUT_S = 10.0
PAGE = 200
RING_S = 25
# At its most talkative the library writes numbers. Known to nobody else, so that no configuration turns it on.
_silent = logging.Logger("silent", level=logging.CRITICAL + 1)  # noqa: LOG001 - on purpose outside the tree


@dataclass(frozen=True, slots=True)
class Access:
    """With what, and where, the interface is used; the secret belongs to an API key, never to the account."""

    account: str
    key: str
    secret: str = field(repr=False)
    url: str = PUBLIC_URL


class TwilioApi:
    """The verbs of ProviderApi at Twilio."""

    def __init__(self, access: Access) -> None:
        self._client = Client(
            access.key,
            access.secret,
            account_sid=access.account,
            http_client=_Elsewhere(access.url),
            environment={"TWILIO_EDGE": ""},  # else the library reads the process's own
        )

    def list_calls(self, *, line_number: str, since: datetime, until: datetime) -> Iterator[CallRecord]:
        """Yield the calls that came in on a line and began in this time; both ends are included."""
        for record in self._listed(since, until, to=line_number):
            if record.direction is Direction.INBOUND:
                yield record

    def list_calls_made(self, *, line_number: str, since: datetime, until: datetime) -> Iterator[CallRecord]:
        """Yield what was rung from a line: every dial and every call-back shows its number."""
        for record in self._listed(since, until, from_=line_number):
            if record.direction is not Direction.INBOUND:
                yield record

    def _listed(self, since: datetime, until: datetime, **numbers: str) -> Iterator[CallRecord]:
        with _translated():
            for call in self._client.calls.stream(
                start_time_after=since.astimezone(UTC),
                start_time_before=until.astimezone(UTC),
                page_size=PAGE,
                **numbers,
            ):
                yield _record(call)

    def create_call(self, *, to: str, from_: str, url: str, status_callback: str) -> str:
        """Ring a number. Nothing is recorded. The end of the call is told to `status_callback`."""
        with _translated():
            made = self._client.calls.create(
                to=to,
                from_=from_,
                url=url,
                method="POST",
                status_callback=status_callback,
                status_callback_method="POST",
                status_callback_event=["completed"],
                timeout=RING_S,
                record=False,
            )
        return str(made.sid)

    def delete_call(self, call_id: str) -> bool:
        """Delete the record of a call that is over; what is gone already is no error."""
        with _translated():
            try:
                return bool(self._client.calls(call_id).delete())
            except TwilioRestException as error:
                if error.status == HTTPStatus.NOT_FOUND:
                    return False
                raise

    def number_of(self, line_number: str) -> Configuration | None:
        """Read how a number of ours is configured; an application set on it overrides its addresses."""
        with _translated():
            number = self._number(line_number)
        if number is None:
            return None
        return Configuration(
            voice_url="" if number.voice_application_sid else number.voice_url or "",
            status_callback=number.status_callback or "",
            fallback_url=number.voice_fallback_url or "",
        )

    def configure_number(self, line_number: str, configuration: Configuration) -> None:
        """Let calls on a number of ours come to these addresses, whatever application was set on it."""
        with _translated():
            number = self._number(line_number)
            if number is None:
                raise Refused
            number.update(
                voice_url=configuration.voice_url,
                voice_method="POST",
                voice_fallback_url=configuration.fallback_url,
                voice_fallback_method="POST",
                voice_application_sid="",
                status_callback=configuration.status_callback,
                status_callback_method="POST",
            )

    def _number(self, line_number: str) -> IncomingPhoneNumberInstance | None:
        found = self._client.incoming_phone_numbers.list(phone_number=line_number, limit=1)
        return found[0] if found else None


class _Elsewhere(TwilioHttpClient):  # type: ignore[misc]
    """The library's client, which knows only its own address, sent to the one that is configured."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=TIMEOUT_S, logger=_silent, max_retries=0)
        self._url = url.rstrip("/")

    def request(self, method: str, url: str, *args: object, **kwargs: object) -> Response:
        """Send a request; where it goes is decided here."""
        return super().request(method, self._url + url.removeprefix(PUBLIC_URL), *args, **kwargs)


@contextmanager
def _translated() -> Iterator[None]:
    """Say what went wrong without the library's words, which hold addresses and numbers."""
    try:
        yield
    except (TwilioRestException, TwilioServiceException) as error:
        raise _kind_of(int(error.status)) from None
    except (TwilioException, RequestException, ValueError):
        raise Unavailable from None


def _kind_of(status: int) -> Refused | Unavailable:
    passing = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS
    return Unavailable() if passing else Refused()


def _record(call: CallInstance) -> CallRecord:
    direction = _direction(call)
    is_inbound = direction is Direction.INBOUND
    caller = caller_number(call._from or "") if is_inbound else ""  # noqa: SLF001 - `from` is a word of the language
    ours = call.to if is_inbound else call._from  # noqa: SLF001 - the same
    return CallRecord(
        call_id=call.sid or "",
        direction=direction,
        status=_status(call.status),
        line_number=e164(ours or ""),
        started_at=_moment(call.start_time) or _moment(call.date_created),
        ended_at=_moment(call.end_time),
        duration_s=int(call.duration) if str(call.duration).isdecimal() else None,
        caller=caller,
        withheld=is_inbound and not caller,
    )


def _direction(call: CallInstance) -> Direction:
    if call.direction == "inbound":
        return Direction.INBOUND
    return Direction.LEG if call.parent_call_sid else Direction.OUTBOUND


def _status(text: object) -> Status:
    """Read a status; one that is new to us is no end."""
    return Status(str(text)) if text in set(Status) else Status.IN_PROGRESS


def _moment(value: object) -> datetime | None:
    """Give a moment; the library hands on as text what it cannot read."""
    return value.astimezone(UTC) if isinstance(value, datetime) else None
