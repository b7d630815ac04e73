"""How long each state may stand, in working days, and what happens when that time is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from referrals.clock.working_days import add_working_days

if TYPE_CHECKING:
    from datetime import date


class Rung(models.IntegerChoices):
    """How far the ladder has been climbed since somebody last moved the referral on."""

    NONE = 0, _("In time")
    REMINDED = 1, _("Reminded")
    DEPUTY = 2, _("With the deputy")
    COORDINATION = 3, _("With the coordination function")
    SUPERVISOR = 4, _("With the supervisor")


PATIENCE: dict[str, int] = {
    "draft": 1,
    "proposed": 1,
    "sent": 2,
    "opened": 2,
    "accepted": 3,
    "contact_made": 20,
    "not_reached": 5,
    "outcome_reported": 5,
    "caller_reported": 3,
    "verified": 1,
    "declined": 1,
    "rerouted": 1,
    "expired": 1,
    "escalated": 2,
}
"""Working days a referral may stand in each live state."""

PATIENCE_REMINDED = 2
PATIENCE_ACUTE = 1
"""An acute referral never waits longer than one working day, whatever its state."""


def due_on(state: str, *, today: date, acute: bool, rung: int = Rung.NONE) -> date:
    """Give the last day on which the next actor is in time."""
    days = PATIENCE[state] if rung == Rung.NONE else min(PATIENCE[state], PATIENCE_REMINDED)
    return add_working_days(today, min(days, PATIENCE_ACUTE) if acute else days)
