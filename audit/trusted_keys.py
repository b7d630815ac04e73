"""The public keys whose signature under a checkpoint is trusted, each for a range of sizes.

They lie beside the checkpoints. The first key a log is signed with becomes its first trusted key; a later one is
trusted only when it is named in a rotation, from the next size on.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from audit.durable import write_durably
from audit.notes import NoteRefused, TreeHead, VerifierKey, open_note

FILE = "keys.json"


class KeyNotTrusted(RuntimeError):
    """The signing key is not the one that is trusted for this log; a new key is introduced with `trust_audit_key`."""


@dataclass(frozen=True)
class TrustedKey:
    """A public key, and the sizes of the trees whose heads it may sign; no last size means that it is in use."""

    vkey: str
    first_size: int
    last_size: int | None = None

    def covers(self, size: int) -> bool:
        """Tell whether a head of this size may be signed with the key."""
        return self.first_size <= size and (self.last_size is None or size <= self.last_size)


def load(folder: Path) -> list[TrustedKey]:
    """Read the trusted keys of one log; none where it has not been begun."""
    path = folder / FILE
    if not path.is_file():
        return []
    return [TrustedKey(**each) for each in json.loads(path.read_text(encoding="utf-8"))]


def save(folder: Path, keys: Sequence[TrustedKey]) -> None:
    """Write the trusted keys of one log."""
    content = json.dumps([asdict(key) for key in keys], indent=2)
    write_durably(folder / FILE, content.encode() + b"\n")


def in_use(folder: Path) -> VerifierKey:
    """Give the key that signs now."""
    for key in load(folder):
        if key.last_size is None:
            return VerifierKey.parse(key.vkey)
    raise KeyNotTrusted


def rotate(folder: Path, *, public: bytes, size: int) -> VerifierKey:
    """Trust a new key from the next size on, and the present one up to this size only."""
    key = VerifierKey(name=in_use(folder).name, public=public)
    closed = [each if each.last_size is not None else replace(each, last_size=size) for each in load(folder)]
    save(folder, [*closed, TrustedKey(vkey=str(key), first_size=size + 1)])
    return key


def open_trusted(note: str, keys: Sequence[TrustedKey]) -> TreeHead:
    """Read a checkpoint whose signature is by a key that is trusted for its size.

    Errors: NoteRefused where there is none.
    """
    for key in keys:
        try:
            head = open_note(note, [VerifierKey.parse(key.vkey)])
        except NoteRefused:
            continue
        if key.covers(head.size):
            return head
    raise NoteRefused
