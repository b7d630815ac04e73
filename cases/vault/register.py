"""Keep the register of wrapping-key versions, from which the second date of every destruction follows."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from cases.vault.keyring import KeyringFault
from cases.vault.models import WrappingVersion
from cases.vault.providers import provider

ROTATED_WITHIN = timedelta(days=30)
DESTROYED_WITHIN = timedelta(days=30)
A_DAY = timedelta(days=1)  # until a daily job runs again
MARGIN = 2 * A_DAY  # of two jobs that run once a day: the one that rotates and the one that destroys


def register_versions(purpose: str) -> int:
    """Bring the register up to what exists, and give the current version.

    Errors: KeyringFault where the register knows a newer version: making that number again would give it another key.
    """
    versions = provider().versions(purpose)
    rows = [WrappingVersion(purpose=purpose, version=version) for version in versions]
    WrappingVersion.objects.bulk_create(rows, ignore_conflicts=True)
    newest = (
        WrappingVersion.objects.filter(purpose=purpose)
        .order_by("-version")
        .values_list("version", flat=True)[0]
    )
    if newest > versions[-1]:
        message = (
            f"The newest wrapping key for “{purpose}” is version {versions[-1]}, but version {newest} has been used. "
            "The keyring is older than the database: restore the newest keyring."
        )
        raise KeyringFault(message)
    return versions[-1]


def unreadable_everywhere_by(purposes: Iterable[str], *, now: datetime) -> datetime:
    """Say when every wrapping key that wrapped these purposes' keys until now is destroyed, at the latest.

    Backups and write-ahead logs keep deleted rows, wrapped under the current version at the newest. That version is
    retired within thirty days of its making and destroyed within thirty more.
    """
    return max(_due(purpose, now) for purpose in purposes) + DESTROYED_WITHIN


def rotation_due(purpose: str, *, now: datetime) -> bool:
    """Tell whether the current version is to be replaced, early enough that the promised dates hold."""
    return now >= _made_at(purpose) + ROTATED_WITHIN - MARGIN


def overdue(*, now: datetime) -> list[str]:
    """Name the versions that live longer than the certificates promise."""
    return [
        str(row)
        for row in WrappingVersion.objects.filter(destroyed_at__isnull=True).order_by("purpose", "version")
        if (row.retired_at or row.made_at) + (DESTROYED_WITHIN if row.retired_at else ROTATED_WITHIN) + A_DAY
        < now
    ]


def _due(purpose: str, now: datetime) -> datetime:
    return max(_made_at(purpose) + ROTATED_WITHIN, now)


def _made_at(purpose: str) -> datetime:
    version = register_versions(purpose)
    return WrappingVersion.objects.values_list("made_at", flat=True).get(purpose=purpose, version=version)


def mark_retired(purpose: str, *, before: int) -> None:
    """Note that nothing is wrapped under the older versions any more."""
    older = WrappingVersion.objects.filter(purpose=purpose, version__lt=before, retired_at__isnull=True)
    older.update(retired_at=timezone.now())


def mark_destroyed(purpose: str, *, before: int) -> int:
    """Note that the older versions are destroyed; give how many that newly are."""
    older = WrappingVersion.objects.filter(purpose=purpose, version__lt=before, destroyed_at__isnull=True)
    return older.update(destroyed_at=timezone.now())
