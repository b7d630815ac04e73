"""Checkpoints as C2SP signed notes: a tree head in plain text under an Ed25519 signature.

Formats: https://c2sp.org/tlog-checkpoint and https://c2sp.org/signed-note; the key's name is the log's origin.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_ID_BYTES = 4
_PUBLIC_BYTES = 32
_MIN_LINES = 3


class NoteRefused(ValueError):
    """The checkpoint is damaged, or not signed by a key that is trusted for it."""


@dataclass(frozen=True)
class TreeHead:
    """What a checkpoint says: the log's origin, how many leaves, and the root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Write the note's text, which is what is signed."""
        return f"{self.origin}\n{self.size}\n{_b64(self.root)}\n"


@dataclass(frozen=True)
class VerifierKey:
    """A public key under a log's name."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Give the first four bytes of SHA-256 over name, newline, algorithm and key."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        """Write the key as verifiers take it: name+id+key."""
        return f"{self.name}+{self.key_id.hex()}+{_b64(_ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read a key as verifiers take it, and check that its id is its own."""
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        content = _from_b64(encoded)
        key = cls(name=name, public=content[1:])
        right_shape = content[:1] == _ED25519 and len(key.public) == _PUBLIC_BYTES
        if not right_shape or key.key_id.hex() != key_id:
            raise NoteRefused
        return key


def public_of(seed: bytes) -> bytes:
    """Give the public half of a signing key, a seed of 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(head: TreeHead, *, seed: bytes) -> str:
    """Sign a tree head under its origin's name."""
    key = VerifierKey(name=head.origin, public=public_of(seed))
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(head.text().encode())
    return f"{head.text()}\n— {key.name} {_b64(key.key_id + signature)}\n"


def open_note(note: str, keys: Iterable[VerifierKey]) -> TreeHead:
    """Read a checkpoint that one of the keys has signed; signatures by others are passed over.

    Errors: NoteRefused for anything else.
    """
    text, separator, signatures = note.rpartition("\n\n")
    text += "\n"
    if not separator or not note.endswith("\n"):
        raise NoteRefused
    for line in signatures.splitlines():
        for key in keys:
            if _signed(text, line, key):
                return _head(text, key.name)
    raise NoteRefused


def _signed(text: str, line: str, key: VerifierKey) -> bool:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    if (dash, name) != ("—", key.name):
        return False
    content = _from_b64(encoded)
    if content[:_ID_BYTES] != key.key_id:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(content[_ID_BYTES:], text.encode())
    except InvalidSignature:
        return False
    return True


def _head(text: str, origin: str) -> TreeHead:
    lines = text.splitlines()
    if len(lines) < _MIN_LINES or lines[0] != origin or not _plain_number(lines[1]):
        raise NoteRefused
    return TreeHead(origin=origin, size=int(lines[1]), root=_from_b64(lines[2]))


def _plain_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and text == str(int(text))


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _from_b64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteRefused from error
