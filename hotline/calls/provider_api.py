"""Give the programming interface of the provider that a call or a line belongs to."""

from collections.abc import Callable

from hotline.telephony.api import NotOffered, ProviderApi


def api_of(provider: str) -> ProviderApi:
    """Give the interface, ready to be asked.

    Errors: NotOffered, where the provider has none or this process holds no key for it.
    """
    if provider not in _APIS:
        raise NotOffered
    return _APIS[provider]()


def _twilio() -> ProviderApi:
    from hotline.calls.twilio_access import twilio_api  # noqa: PLC0415 - only who rings or asks waits for the library

    return twilio_api()


_APIS: dict[str, Callable[[], ProviderApi]] = {"twilio": _twilio}
