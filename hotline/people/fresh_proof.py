"""Ask again who is there before what weighs most: people, keys, exports, break-glass."""

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.http import HttpRequest


def _is_asked(_request: HttpRequest) -> bool:
    """The demo's accounts have neither password nor second factor to prove anything with."""
    return not settings.HOTLINE_DEMO


fresh_proof_required = reauthentication_required(enabled=_is_asked)
