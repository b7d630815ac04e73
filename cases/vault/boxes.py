"""Boxes that anyone of us can close and only the worker can open: for what has to wait outside the databases.

X25519 between a key made for this one box and the recipient's, HKDF-SHA256 over the shared secret, then the envelope's
AES-256-GCM with its commitment. A box is, in bytes: format (1), the box's own public key (32), envelope.
Pure: bytes in, bytes out. Whoever takes the machine that closed it finds no key that opens it.
"""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cases.vault import envelope

FORMAT = b"\x01"
PUBLIC_BYTES = 32
DERIVATION = b"hotline vault box 1: envelope key"


class BoxRefused(Exception):
    """The box does not open with this key in this place."""


def public_key_of(private_key: bytes) -> bytes:
    """Give the half that may lie where boxes are closed."""
    return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def close_box(plain: bytes, *, public_key: bytes, place: bytes) -> bytes:
    """Seal for whoever holds the private half; `place` says where the box belongs and must be given again."""
    own = X25519PrivateKey.generate()
    shared = own.exchange(X25519PublicKey.from_public_bytes(public_key))
    head = own.public_key().public_bytes_raw()
    key = _derive(shared, head, public_key)
    return FORMAT + head + envelope.seal(plain, key=key, associated=place)


def open_box(box: bytes, *, private_key: bytes, place: bytes) -> bytes:
    """Open what `close_box` closed.

    Errors: BoxRefused for another format, key, place or content.
    """
    head, sealed = box[len(FORMAT) : len(FORMAT) + PUBLIC_BYTES], box[len(FORMAT) + PUBLIC_BYTES :]
    if not box.startswith(FORMAT) or len(head) != PUBLIC_BYTES:
        raise BoxRefused
    try:
        shared = X25519PrivateKey.from_private_bytes(private_key).exchange(
            X25519PublicKey.from_public_bytes(head)
        )
        key = _derive(shared, head, public_key_of(private_key))
        return envelope.unseal(sealed, key=key, associated=place)
    except (
        ValueError,
        envelope.EnvelopeRefused,
    ):  # ValueError: a public key that shares nothing with anybody
        raise BoxRefused from None


def _derive(shared: bytes, head: bytes, public_key: bytes) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=envelope.KEY_BYTES, salt=head + public_key, info=DERIVATION)
    return derivation.derive(shared)
