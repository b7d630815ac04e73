"""What can be asked about the trail: its entries, its state, and the health of its sequencer."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from audit import state
from audit.models import Checkpoint, Entry, Leaf, Pending

PAGE_SIZE = 50


@dataclass(frozen=True)
class Search:
    """What to look for in the trail; empty means everything."""

    action: str = ""
    actor: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None

    def told(self) -> dict[str, str]:
        """Say what was looked for, each part under its own name."""
        return {name: str(value) for name, value in vars(self).items() if value}

    def as_facts(self) -> dict[str, str]:
        """Say what was looked for, as facts for the trail."""
        return {f"sought_{name}": value for name, value in self.told().items()}


@dataclass(frozen=True)
class Position:
    """The last entry of a page, which the next one goes on after."""

    at: datetime
    id: UUID

    @classmethod
    def parse(cls, text: str) -> "Position | None":
        """Read a position as a form carries it; nothing where it is not one."""
        moment, _, identity = text.partition(" ")
        try:
            position = cls(at=datetime.fromisoformat(moment), id=UUID(identity))
        except ValueError:
            return None
        return position if position.at.tzinfo else None

    def __str__(self) -> str:
        """Write the position as a form carries it."""
        return f"{self.at.isoformat()} {self.id}"


@dataclass(frozen=True)
class Page:
    """Entries, newest first, and where the older ones go on."""

    entries: list[Entry]
    older: Position | None


@dataclass(frozen=True)
class Waiting:
    """How many entries are recorded but not yet sealed, and since when the oldest has waited."""

    count: int
    since: datetime | None


def find_entries(search: Search, *, after: Position | None = None) -> Page:
    """Find a page of entries, newest first, with their leaves."""
    found = _matching(search).select_related("leaf").order_by("-at", "-id")
    if after:
        found = found.filter(Q(at__lt=after.at) | Q(at=after.at, id__lt=after.id), at__lte=after.at)
    entries = list(found[: PAGE_SIZE + 1])
    last = entries[PAGE_SIZE - 1] if len(entries) > PAGE_SIZE else None
    return Page(entries=entries[:PAGE_SIZE], older=Position(at=last.at, id=last.id) if last else None)


def newest_checkpoint() -> Checkpoint | None:
    """Give the database's copy of the newest signed tree head."""
    return Checkpoint.objects.order_by("-generation", "-size").first()


def newest_leaf() -> Leaf | None:
    """Give the leaf that was sealed last."""
    return Leaf.objects.order_by("-index").first()


def waiting() -> Waiting:
    """Count what is recorded but not yet sealed."""
    found = Pending.objects.aggregate(count=Count("entry_id"), since=Min("entry__at"))
    return Waiting(count=found["count"], since=found["since"])


def checkpoint_age() -> timedelta | None:
    """Say how long ago the sequencer last confirmed that the newest checkpoint covers everything recorded.

    Nothing where it never has, or where its word cannot be read. Without new entries no new checkpoint is signed, but
    the present one is confirmed every second.
    """
    confirmed = state.load(settings.AUDIT_CHECKPOINT_DIR).confirmed_at
    return timezone.now() - confirmed if confirmed else None


def sequencer_alarm() -> str:
    """Say why sealing has stopped, or what cannot be sealed; empty where all is well."""
    return state.load(settings.AUDIT_CHECKPOINT_DIR).alarm


def _matching(search: Search) -> QuerySet[Entry]:
    found = Entry.objects.all()
    if search.action:
        found = found.filter(action=search.action)
    if search.actor:
        found = found.filter(actor_label=search.actor)
    if search.subject:
        found = found.filter(subject_reference=search.subject)
    if search.since:
        found = found.filter(at__gte=timezone.make_aware(datetime.combine(search.since, time.min)))
    if search.until:
        found = found.filter(at__lte=timezone.make_aware(datetime.combine(search.until, time.max)))
    return found
