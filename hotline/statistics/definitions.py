"""What the figures count and against which targets: the words of the definitions, in one place."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings

ONE_PRESS_KINDS: Final = (
    "test",
    "wrong_number",
    "silent",
    "hang_up",
    "prank",
    "abusive",
    "technical_fault",
    "media",
)
"""Contacts that are logged with one press because nobody was helped; they are calls, but no contacts in a figure."""

RELATIVES: Final = ("parent", "sibling", "partner", "grandparent", "other_relative")
"""The caller roles that make up the relatives' share."""


def service_level_seconds() -> int:
    """Give the time within which a call is answered in time: Y of the service level X/Y."""
    return int(getattr(settings, "SERVICE_LEVEL_SECONDS", 60))


def service_level_percent() -> int:
    """Give the share of calls that should be answered in time: X of the service level X/Y."""
    return int(getattr(settings, "SERVICE_LEVEL_PERCENT", 80))


def call_back_target() -> timedelta:
    """Give the time within which a caller who asked for it should have been reached."""
    return timedelta(hours=int(getattr(settings, "CALL_BACK_TARGET_HOURS", 24)))
