"""Give the programming interface of the provider that a call or a line belongs to."""

import json
from collections.abc import Callable
from typing import Final

from django.conf import settings

from hotline.telephony.api import NotOffered, ProviderApi
from hotline.telephony.twilio_api import Access, TwilioApi

SIMULATED: Final = (
    "run/provider-api.json"  # where the simulator leaves the address and invented key of its fake
)


def api_of(provider: str) -> ProviderApi:
    """Give the interface, ready to be asked.

    Errors: NotOffered, where the provider has none or this process holds no key for it.
    """
    if provider not in _APIS:
        raise NotOffered
    return _APIS[provider]()


def _twilio() -> ProviderApi:
    if not settings.TWILIO_API_KEY_SECRET:
        return TwilioApi(_simulated())
    access = Access(
        account=settings.TWILIO_ACCOUNT_SID,
        key=settings.TWILIO_API_KEY_SID,
        secret=settings.TWILIO_API_KEY_SECRET,
        url=settings.TWILIO_API_URL,
    )
    return TwilioApi(access)


_APIS: dict[str, Callable[[], ProviderApi]] = {"twilio": _twilio}


def _simulated() -> Access:
    """Give access to the simulator's fake, in a demo while one serves; it is looked up anew each time."""
    if not settings.HOTLINE_DEMO:
        raise NotOffered
    try:
        return Access(**json.loads((settings.VAR_DIR / SIMULATED).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise NotOffered from None
