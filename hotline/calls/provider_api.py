"""Give the programming interface of the provider that a call or a line belongs to."""

from collections.abc import Callable

from django.conf import settings

from hotline.telephony.api import NotOffered, ProviderApi
from hotline.telephony.twilio_api import Access, TwilioApi


def api_of(provider: str) -> ProviderApi:
    """Give the interface, ready to be asked.

    Errors: NotOffered, where the provider has none or this process holds no key for it.
    """
    if provider not in _APIS:
        raise NotOffered
    return _APIS[provider]()


def _twilio() -> ProviderApi:
    if not settings.TWILIO_API_KEY_SECRET:
        raise NotOffered
    access = Access(
        account=settings.TWILIO_ACCOUNT_SID,
        key=settings.TWILIO_API_KEY_SID,
        secret=settings.TWILIO_API_KEY_SECRET,
        url=settings.TWILIO_API_URL,
    )
    return TwilioApi(access)


_APIS: dict[str, Callable[[], ProviderApi]] = {"twilio": _twilio}
