"""What a contact point has been: every saved version, by whom, and what it changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from cases.record.history import history_of
from referrals.directory.models import ContactPoint
from referrals.directory.wording import PARTS, said_to_people


@dataclass(frozen=True)
class Turn:
    """One part of a contact point before and after a version was saved."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Version:
    """One saved version; nobody's name where the house itself saved it."""

    at: datetime
    by: str
    is_first: bool
    turns: list[Turn]


def versions_of(point: ContactPoint) -> list[Version]:
    """Give the versions, the newest first, in one query."""
    rows = history_of(point).select_related("history_user", "deputy", "fallback", "district")
    newest_first = list(rows.order_by("-history_date", "-history_id"))
    return list(_versions(newest_first))


def _versions(rows: list[Any]) -> Iterator[Version]:
    for new, old in pairwise([*rows, None]):
        turns = list(_turns(old, new)) if old else []
        yield Version(
            new.history_date, str(new.history_user or ""), old is None and new.history_type == "+", turns
        )


def _turns(old: Any, new: Any) -> Iterator[Turn]:
    for name, label in PARTS.items():
        before, after = (said_to_people(name, getattr(row, name)) for row in (old, new))
        if before != after:
            yield Turn(str(label), before, after)
