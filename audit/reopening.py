"""After a restore that lost sealed entries, two persons let the trail go on in a new generation.

The request is itself an entry. The sequencer finds it, checks that the application wrote it and that it names the very
gap there is, and makes it the first leaf of the new generation; nobody else has the key to sign with. Indexes go on
after the last one that was ever signed, so none is used twice.
"""

from dataclasses import asdict, dataclass
from hmac import compare_digest
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User

from audit import external, stored
from audit.actions import Action
from audit.context import Actor
from audit.encoding import entry_mac
from audit.external import ExternalLog
from audit.merkle import HASH_SIZE
from audit.models import Entry, Leaf
from audit.services import Subject, record_durably

ROLES = frozenset({"auditor", "administrator"})


class TwoPersonsNeeded(PermissionError):
    """Reopening the trail takes two different persons, each an active auditor or administrator."""


class ReasonNeeded(ValueError):
    """Reopening the trail takes a reason: what was restored, and why."""


class NothingToReopen(RuntimeError):
    """The trail is not shorter than its newest checkpoint, so there is nothing to reopen."""


class RemainderAltered(RuntimeError):
    """What is left of the trail is not what was signed: this is no restore, and reopening would cover it up."""


@dataclass(frozen=True)
class Loss:
    """What a restore lost: every index from `kept_until` up to `first_index`, where the new generation begins."""

    old_generation: int
    old_size: int
    old_root: str
    kept_until: int
    generation: int
    first_index: int


def find_loss(directory: Path) -> Loss:
    """Compare the sealed leaves with the newest signed head.

    Errors: NothingToReopen, RemainderAltered.
    """
    signed = external.newest_generation(directory)
    head = ExternalLog.of(directory, signed).newest() if signed else None
    if head is None:
        raise NothingToReopen
    end = external.first_index(directory, signed + 1)
    return Loss(
        old_generation=signed,
        old_size=head.size,
        old_root=head.root.hex(),
        kept_until=_kept_until(directory, end=end),
        generation=signed + 1,
        first_index=end,
    )


def reopen_trail(*, first: User, second: User, reason: str) -> UUID:
    """Ask, in the name of two persons, that the trail go on; the sequencer does it in its next pass.

    Errors: TwoPersonsNeeded, ReasonNeeded, NothingToReopen, RemainderAltered.
    """
    if first.pk == second.pk or not (_may_reopen(first) and _may_reopen(second)):
        raise TwoPersonsNeeded
    if not reason.strip():
        raise ReasonNeeded
    loss = find_loss(settings.AUDIT_CHECKPOINT_DIR)
    return record_durably(
        actor=Actor(label=first.get_username(), role=_roles(first)),
        action=Action.TRAIL_REOPENED,
        subject=Subject(kind="trail", reference=str(loss.generation)),
        second_person=second.get_username(),
        second_role=_roles(second),
        reason=reason.strip(),
        **asdict(loss),
    )


def find_request(directory: Path) -> Entry | None:
    """Find the waiting request that names exactly the loss there is.

    Errors: NothingToReopen, RemainderAltered.
    """
    asked = Entry.objects.filter(pending__isnull=False, action=Action.TRAIL_REOPENED).order_by("at", "id")
    if not asked.exists():
        return None
    loss = asdict(find_loss(directory))
    fitting = (entry for entry in asked if loss.items() <= entry.facts.items() and is_authentic(entry))
    return next(fitting, None)


def is_led(directory: Path, generation: int) -> bool:
    """Tell whether a generation that nobody has signed yet began with the request of two persons."""
    before = ExternalLog.of(directory, generation - 1).newest()
    leaf = Leaf.objects.select_related("entry").filter(generation=generation).order_by("index").first()
    first = external.first_index(directory, generation)
    if before is None or leaf is None or leaf.index != first:
        return False
    named = {"generation": generation, "first_index": first, "old_root": before.root.hex()}
    is_request = leaf.entry.action == Action.TRAIL_REOPENED and named.items() <= leaf.entry.facts.items()
    return is_request and is_authentic(leaf.entry)


def is_authentic(entry: Entry) -> bool:
    """Tell whether the application wrote this entry, as it is."""
    mac = entry_mac(entry.encoded(), key=settings.AUDIT_MAC_KEY_BYTES)
    return compare_digest(mac, bytes(entry.mac))


def _kept_until(directory: Path, *, end: int) -> int:
    """Say which index the leaves in the database end before, having seen that they are what was signed."""
    generation = stored.newest_generation()
    if not generation:
        return 0
    first = external.first_index(directory, generation)
    try:
        found = stored.extent(generation, first=first)
        if first + found.size >= end:
            raise NothingToReopen
        _compare(found, ExternalLog.of(directory, generation))
    except (stored.LeavesMissing, external.TileMissing) as error:
        raise RemainderAltered from error
    return first + found.size


def _compare(found: stored.Extent, log: ExternalLog) -> None:
    head = log.newest()
    if head is None or log.root(head.size) != head.root:
        raise RemainderAltered
    for number, tile in enumerate(stored.tiles(found)):
        if log.tile(number, width=len(tile) // HASH_SIZE) != tile:
            raise RemainderAltered


def _may_reopen(user: User) -> bool:
    return user.is_active and user.groups.filter(name__in=ROLES).exists()


def _roles(user: User) -> str:
    return ",".join(user.groups.filter(name__in=ROLES).order_by("name").values_list("name", flat=True))
