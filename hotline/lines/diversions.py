"""Send a caller to a message for a while, against pranks: by fingerprint, at most a day; the 112 advice stays."""

import uuid
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.record.refusals import Refusal
from hotline.lines.kept import Kept
from hotline.lines.models import Diversion

HOURS_AT_MOST = 24


class NotRecognisable(Refusal):
    """The number was withheld, or the time in which its caller can be recognised is over."""

    message = _("This caller cannot be recognised, so they cannot be sent to a message.")


class TooLong(Refusal):
    """A diversion lasts one to twenty-four hours."""

    message = _("Choose between 1 and 24 hours.")


class Recognisable(Protocol):
    """A call, as far as it matters here: its reference and its caller's fingerprint."""

    reference: str
    fingerprint: bytes | memoryview | None
    fingerprint_period: uuid.UUID | None


@transaction.atomic
def divert(
    *, actor: Actor, user: User, call: Recognisable, hours: int, at: datetime | None = None
) -> Diversion:
    """Let whoever made this call hear a message only, for so many hours from now; asked again, the later end counts.

    Errors: NotRecognisable, TooLong.
    """
    if call.fingerprint is None or call.fingerprint_period is None:
        raise NotRecognisable
    if not 1 <= hours <= HOURS_AT_MOST:
        raise TooLong
    now = at or timezone.now()
    made = Diversion.objects.create(
        fingerprint=bytes(call.fingerprint),
        fingerprint_period=call.fingerprint_period,
        since=now,
        until=now + timedelta(hours=hours),
        by=user,
    )
    subject = Subject("call", call.reference)
    record(actor=actor, action=Action.CALLER_DIVERTED, subject=subject, hours=hours, diversion=str(made.id))
    return made


@transaction.atomic
def lift(*, actor: Actor, diversion: uuid.UUID, at: datetime | None = None) -> bool:
    """Let the caller through again, whoever else has diverted them too; says whether they were still diverted."""
    now = at or timezone.now()
    callers = in_force(now).filter(pk=diversion).values("fingerprint")
    lifted = in_force(now).filter(fingerprint__in=callers).update(lifted_at=now)
    if lifted:
        subject = Subject("diversion", str(diversion))
        record(actor=actor, action=Action.DIVERSION_LIFTED, subject=subject)
    return lifted > 0


def in_force(at: datetime) -> QuerySet[Diversion]:
    """List the diversions that hold at a moment."""
    return Diversion.objects.filter(lifted_at=None, since__lte=at, until__gt=at).select_related("by")


def is_diverted(fingerprints: Sequence[bytes], at: datetime) -> bool:
    """Tell whether a caller, known by the fingerprints of both periods, hears a message only."""
    today = _of_day(at.astimezone(UTC).date())
    return any(diverted in fingerprints and since <= at < until for diverted, since, until in today)


def _read_day(day: date) -> list[tuple[bytes, datetime, datetime]]:
    """Read all that hold at some moment of a day: a handful."""
    begins = datetime.combine(day, time.min, tzinfo=UTC)
    held = Diversion.objects.filter(lifted_at=None, since__lt=begins + timedelta(days=1), until__gt=begins)
    rows = held.values_list("fingerprint", "since", "until")
    return [(bytes(fingerprint), since, until) for fingerprint, since, until in rows]


_of_day = Kept(_read_day)


def forget_fingerprints(periods: Collection[uuid.UUID]) -> int:
    """Drop the diversions of destroyed periods, long over; the trail still says that there were any."""
    gone, _rows = Diversion.objects.filter(fingerprint_period__in=periods).delete()
    return gone
