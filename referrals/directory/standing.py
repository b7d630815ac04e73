"""Whether a contact point can be relied on: one pure function, and the same said in SQL.

Both compare moments with the same two limits, which are midnights in Stockholm, so that a contact point grows stale
at the turn of a day and never in the middle of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Protocol

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from referrals.clock.working_days import STOCKHOLM

FRESH_FOR = timedelta(days=180)
"""A contact point nobody has verified for longer is not routed to silently."""
SILENCE = timedelta(days=14)
"""Whoever has not confirmed their details this long after being asked is counted as silent."""

AHEAD = SILENCE + timedelta(days=16)
"""How long before a verification grows old we ask: time to answer, and for us to telephone whoever does not."""


class Doubt(models.TextChoices):
    """What we have seen since that speaks against a contact point."""

    BOUNCED = "bounced", _("Mail came back")
    SILENT = "silent", _("Did not answer")


class Standing(models.TextChoices):
    """What is known of one contact point on a day; only the first can be relied on."""

    VERIFIED = "verified", _("Verified")
    NEVER = "never", _("Never verified")
    BOUNCED = "bounced", _("Mail came back")
    SILENT = "silent", _("Did not answer")
    OLD = "old", _("Not verified for 180 days")


class Status(models.TextChoices):
    """What is known of an area: somebody can be relied on, nobody can, or there is nobody."""

    VERIFIED = "verified", _("Verified")
    STALE = "stale", _("Stale")
    MISSING = "missing", _("Missing")


class Known(Protocol):
    """What the standing of a contact point is made of."""

    last_verified_at: datetime | None
    asked_at: datetime | None
    doubted_at: datetime | None
    doubt: str


def midnight(on: date) -> datetime:
    """Give the moment at which a day begins in Stockholm."""
    return datetime.combine(on, time.min, STOCKHOLM)


def standing(point: Known, *, on: date) -> Standing:
    """Say whether a contact point can be relied on that day, and if not, why; `standing_in_sql` says the same."""
    verified = point.last_verified_at
    if verified is None:
        return Standing.NEVER
    if point.doubted_at is not None and point.doubted_at > verified:
        return Standing(point.doubt)
    if point.asked_at is not None and verified < point.asked_at < midnight(on - SILENCE):
        return Standing.SILENT
    return Standing.VERIFIED if verified >= midnight(on - FRESH_FOR) else Standing.OLD


def standing_in_sql(on: date) -> Case:
    """Say in SQL what `standing` says of a row."""
    verified = F("last_verified_at")
    asked_in_vain = Q(asked_at__gt=verified, asked_at__lt=midnight(on - SILENCE))
    return Case(
        When(last_verified_at=None, then=Value(Standing.NEVER.value)),
        When(doubted_at__gt=verified, then=F("doubt")),
        When(asked_in_vain, then=Value(Standing.SILENT.value)),
        When(last_verified_at__gte=midnight(on - FRESH_FOR), then=Value(Standing.VERIFIED.value)),
        default=Value(Standing.OLD.value),
        output_field=models.CharField(),
    )


def status_of(standings: Iterable[str]) -> Status:
    """Say what an area's contact points together come to; one that is verified is enough."""
    known = set(standings)
    if not known:
        return Status.MISSING
    return Status.VERIFIED if Standing.VERIFIED in known else Status.STALE
