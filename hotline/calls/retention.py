"""What calls lose with time."""

from collections.abc import Collection
from uuid import UUID

from cases.vault.pseudonyms import current_period
from hotline.calls.models import Call


def forget_fingerprints(periods: Collection[UUID]) -> int:
    """Make callers of destroyed periods unrecognisable; says how many calls that concerned.

    What was counted in the period before goes with that period's key: only calls of the current one still tell it.
    """
    Call.objects.filter(calls_before__isnull=False).exclude(fingerprint_period=current_period()).update(
        calls_before=None
    )
    calls = Call.objects.filter(fingerprint_period__in=periods)
    return calls.update(fingerprint=None, fingerprint_period=None)
