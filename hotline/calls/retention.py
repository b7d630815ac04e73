"""What is forgotten of a call: its provider's id after two days, its fingerprint with the key of its period."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from hotline.calls.models import Call

PROVIDER_ID_KEPT = timedelta(hours=48)


def forget_provider_ids(*, before: datetime) -> int:
    """Drop the sealed provider ids of calls older than this: with the provider's password they lead to the number."""
    return Call.objects.filter(offered_at__lt=before, provider_id_sealed__isnull=False).update(
        provider_id_sealed=None
    )


def forget_fingerprints(periods: Sequence[UUID]) -> int:
    """Drop the fingerprints of periods whose keys are destroyed; the vault calls this."""
    return Call.objects.filter(fingerprint_period__in=periods).update(
        fingerprint=None, fingerprint_period=None
    )
