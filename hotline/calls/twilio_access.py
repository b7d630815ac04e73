"""With what Twilio's programming interface is used here; importing this loads its library, which takes a moment."""

import json
from pathlib import Path
from typing import Final

from django.conf import settings

from hotline.telephony.api import NotOffered, ProviderApi
from hotline.telephony.twilio_api import Access, TwilioApi

SIMULATED: Final = (
    "run/provider-api.json"  # where the simulator leaves the address and invented key of its fake
)


def twilio_api() -> ProviderApi:
    """Give Twilio's interface, ready to be asked.

    Errors: NotOffered, where this process holds no key for it.
    """
    access = _simulated() or _configured()
    if access is None:
        raise NotOffered
    return TwilioApi(access)


def _configured() -> Access | None:
    if not settings.TWILIO_API_KEY_SECRET:
        return None
    return Access(
        account=settings.TWILIO_ACCOUNT_SID,
        key=settings.TWILIO_API_KEY_SID,
        secret=settings.TWILIO_API_KEY_SECRET,
        url=settings.TWILIO_API_URL,
    )


def _simulated() -> Access | None:
    """Give access to the simulator's fake, in demo and tests while one serves; it is looked up anew each time."""
    if not (settings.HOTLINE_DEMO or settings.HOTLINE_TEST):
        return None
    try:
        return Access(**json.loads((Path(settings.VAR_DIR) / SIMULATED).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
