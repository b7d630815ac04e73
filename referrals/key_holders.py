"""Say which data keys the room's rows name: one per referral, for its sealed copies."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from referrals.referral.models import SealedCopy


def of_the_copies() -> Mapping[str, Iterable[UUID]]:
    """Give the keys that sealed copies name."""
    return {"referral": set(SealedCopy.objects.values_list("key", flat=True))}
