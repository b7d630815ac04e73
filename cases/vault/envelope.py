"""Seal bytes under a key so that they open only with that key, unaltered and in their own place.

Pure: bytes in, bytes out. A sealed text is, in bytes:
format (1), nonce (12), key commitment (32), AES-256-GCM ciphertext and tag.

One HKDF-SHA256 over the key, salted with the nonce, gives the encryption key and the commitment. AES-GCM alone commits
to no key: one ciphertext can be made to open under two keys. So the commitment is checked before anything is decrypted
(Albertini et al., "How to Abuse and Fix Authenticated Encryption Without Key Commitment", USENIX Security 2022).
"""

import hmac
import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
FORMAT = b"\x01"
NONCE_BYTES = 12
COMMITMENT_BYTES = 32
TAG_BYTES = 16
HEADER_BYTES = len(FORMAT) + NONCE_BYTES + COMMITMENT_BYTES
OVERHEAD_BYTES = HEADER_BYTES + TAG_BYTES
DERIVATION = b"hotline vault envelope 1: encryption key, commitment"


class EnvelopeRefused(Exception):
    """The sealed bytes do not open with this key in this place."""


@dataclass(frozen=True)
class Binding:
    """The place a sealed text belongs to; it opens in no other."""

    model: str
    field: str
    record: UUID
    version: int


def new_key() -> bytes:
    """Make a random 256-bit key."""
    return os.urandom(KEY_BYTES)


def length_prefixed(*parts: bytes) -> bytes:
    """Join parts so that no two different lists give the same bytes: each after its length in 4 bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def associated_data(binding: Binding, *, key_id: UUID) -> bytes:
    """Say where a text belongs: model, field, record, row version and data key."""
    return length_prefixed(
        binding.model.encode(),
        binding.field.encode(),
        binding.record.bytes,
        binding.version.to_bytes(8, "big"),
        key_id.bytes,
    )


def seal(plain: bytes, *, key: bytes, associated: bytes) -> bytes:
    """Encrypt under a fresh nonce, bound to the associated data."""
    nonce = os.urandom(NONCE_BYTES)
    encryption_key, commitment = _derive(key, nonce)
    ciphertext = AESGCM(encryption_key).encrypt(nonce, plain, FORMAT + associated)
    return FORMAT + nonce + commitment + ciphertext


def unseal(sealed: bytes, *, key: bytes, associated: bytes) -> bytes:
    """Decrypt what `seal` made.

    Errors: EnvelopeRefused for another format, key, place or content; it never says which part of the text differs.
    """
    if len(sealed) < OVERHEAD_BYTES or not sealed.startswith(FORMAT):
        raise EnvelopeRefused
    nonce = sealed[len(FORMAT) : len(FORMAT) + NONCE_BYTES]
    encryption_key, commitment = _derive(key, nonce)
    if not hmac.compare_digest(commitment, sealed[len(FORMAT) + NONCE_BYTES : HEADER_BYTES]):
        raise EnvelopeRefused
    try:
        return AESGCM(encryption_key).decrypt(nonce, sealed[HEADER_BYTES:], FORMAT + associated)
    except InvalidTag:
        raise EnvelopeRefused from None


def _derive(key: bytes, nonce: bytes) -> tuple[bytes, bytes]:
    if len(key) != KEY_BYTES:
        message = f"A key has {KEY_BYTES} bytes, not {len(key)}."
        raise ValueError(message)
    derived = HKDF(
        algorithm=SHA256(), length=KEY_BYTES + COMMITMENT_BYTES, salt=nonce, info=DERIVATION
    ).derive(key)
    return derived[:KEY_BYTES], derived[KEY_BYTES:]
