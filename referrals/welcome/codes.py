"""The code read out by phone: spoken once, kept only as a keyed hash that belongs to one welcome."""

import hmac
from datetime import timedelta

from cases.vault.codes import new_code, normalise
from cases.vault.envelope import length_prefixed
from cases.vault.keyring import keyring
from referrals.welcome.models import Welcome

CODE_LIVES = timedelta(hours=24)
MOST_WRONG = 5
"""So many wrong codes void the one that was read out: then we telephone again."""

__all__ = ["CODE_LIVES", "MOST_WRONG", "hash_of", "is_right", "new_code"]


def hash_of(welcome: Welcome, code: str) -> bytes:
    """Give what is stored of a code. Errors: CodeMistyped."""
    said = length_prefixed(b"welcome code", welcome.reference.encode(), normalise(code).encode())
    return hmac.digest(keyring().static_key("mail-links"), said, "sha256")


def is_right(welcome: Welcome, code: str) -> bool:
    """Say whether this is the code that was read out. Errors: CodeMistyped."""
    typed = hash_of(welcome, code)
    return (
        welcome.has_live_code
        and welcome.code_hash is not None
        and hmac.compare_digest(typed, bytes(welcome.code_hash))
    )
