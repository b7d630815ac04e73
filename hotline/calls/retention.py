"""What calls lose with time."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from hotline.calls.models import Call

PROVIDER_ID_KEPT = timedelta(hours=48)


def forget_fingerprints(periods: Collection[UUID]) -> int:
    """Make callers of destroyed periods unrecognisable; says how many calls that concerned."""
    calls = Call.objects.filter(fingerprint_period__in=periods)
    return calls.update(fingerprint=None, fingerprint_period=None)


def forget_provider_ids(*, before: datetime) -> int:
    """Drop what would lead to the provider's own record of calls that came in earlier than this."""
    return Call.objects.filter(offered_at__lt=before, provider_id_sealed__isnull=False).update(
        provider_id_sealed=None
    )
