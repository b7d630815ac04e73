"""Whether each line is proven to work, from the newest check of it: at two calls a day silence looks like health."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Max, Q

from hotline.calls.models import LineCheck

GOOD_FOR = timedelta(hours=1)  # a check is made every fifteen minutes


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of a line: `proven_at` is when it was last proven, if it ever was."""

    line: UUID
    holds: bool
    proven_at: datetime | None


def proofs(at: datetime) -> Sequence[Proof]:
    """Read the proof of every line that is checked; where the provider cannot be asked there are no checks."""
    proven = dict(
        LineCheck.objects.order_by().values_list("line").annotate(at=Max("at", filter=Q(is_proven=True)))
    )
    newest = LineCheck.objects.order_by("line_id", "-at").distinct("line_id")
    return [
        Proof(check.line_id, check.is_proven and not _is_stale(check, at), proven[check.line_id])
        for check in newest
        if not (settings.HOTLINE_DEMO and _is_stale(check, at))  # the demo's provider serves for minutes only
    ]


def all_proven(at: datetime) -> bool:
    """Say whether every line that is checked is proven now."""
    return all(proof.holds for proof in proofs(at))


def _is_stale(check: LineCheck, at: datetime) -> bool:
    return at - check.at > GOOD_FOR
