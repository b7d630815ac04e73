"""What a verification finds, and the verdict it comes to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

MAX_KEPT = 1000


class Kind(TextChoices):
    """In which way something is not as it was sealed."""

    CHANGED = "changed", _("Changed")
    MISSING = "missing", _("Missing")
    EXTRA = "extra", _("Extra")
    MOVED = "moved", _("Moved")
    UNSIGNED = "unsigned", _("Not signed")
    UNGUARDED = "unguarded", _("Unguarded")


class Result(Enum):
    """The verdict, and what `verify_audit` exits with."""

    WHOLE = 0
    TAMPERED = 1
    SHORTER = 3


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was sealed, named as closely as can be."""

    kind: Kind
    detail: str
    index: int | None = None
    entry: UUID | None = None

    def __str__(self) -> str:
        """Name what was found in one line."""
        where = "" if self.index is None else f" at {self.index}"
        what = "" if self.entry is None else f" entry {self.entry}"
        return f"{self.kind.value}{what}{where}: {self.detail}"


class Findings:
    """Gathers findings; keeps the first thousand and counts the rest."""

    def __init__(self) -> None:
        self.kept: list[Finding] = []
        self.count = 0

    def add(self, kind: Kind, detail: str, *, index: int | None = None, entry: UUID | None = None) -> None:
        """Note something that is not as it was sealed."""
        self.count += 1
        if len(self.kept) < MAX_KEPT:
            self.kept.append(Finding(kind=kind, detail=detail, index=index, entry=entry))

    def in_order(self) -> list[Finding]:
        """Give what was found by its place in the trail, then what has none."""
        return sorted(self.kept, key=lambda each: (each.index is None, each.index or 0, each.entry is None))


@dataclass(frozen=True)
class Generation:
    """One generation as it was last signed."""

    number: int
    first_index: int
    size: int
    root: bytes


@dataclass(frozen=True)
class Verdict:
    """The outcome of a verification."""

    result: Result
    sealed: int
    waiting: int
    signed_until: int
    sealed_until: int
    checkpoints: int
    generations: list[Generation]
    findings: list[Finding] = field(default_factory=list)
    found: int = 0

    @property
    def first(self) -> Finding | None:
        """Give the first thing that is not as it was sealed."""
        return self.findings[0] if self.findings else None

    def as_json(self) -> dict[str, object]:
        """Give the verdict as plain values."""
        return {
            "result": self.result.name.lower(),
            "sealed": self.sealed,
            "waiting": self.waiting,
            "signed_until": self.signed_until,
            "sealed_until": self.sealed_until,
            "checkpoints": self.checkpoints,
            "generations": [vars(each) | {"root": each.root.hex()} for each in self.generations],
            "found": self.found,
            "findings": list(_plain(self.findings)),
        }


def _plain(findings: Iterable[Finding]) -> Iterable[dict[str, object]]:
    for each in findings:
        entry = None if each.entry is None else str(each.entry)
        yield {"kind": each.kind.value, "index": each.index, "entry": entry, "detail": each.detail}
