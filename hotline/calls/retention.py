"""What calls lose with time."""

from collections.abc import Collection
from uuid import UUID

from hotline.calls.models import Call


def forget_fingerprints(periods: Collection[UUID]) -> int:
    """Make callers of destroyed periods unrecognisable; says how many calls that concerned."""
    calls = Call.objects.filter(fingerprint_period__in=periods)
    return calls.update(fingerprint=None, fingerprint_period=None)
