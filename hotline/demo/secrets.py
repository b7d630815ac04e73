"""Make the secrets of an installation: `python -m hotline.demo.secrets DIRECTORY` makes a keyring and its keys.

Every file is 0600, made once and never overwritten, so a second run keeps what is there.
"""

import base64
import os
import secrets
import sys
from pathlib import Path

from cases.vault.boxes import public_key_of

KEY_BYTES = 32
WRAPPING = ("notes", "callbacks", "second-factor", "referrals", "fingerprints")
STATIC = ("call-ids", "caller-codes", "sessions", "mail-links")
TEXT_SECRETS = {"secret_key": 48, "audit_mac_key": KEY_BYTES, "audit_signing_key": KEY_BYTES}


def make_secrets(directory: Path) -> None:
    """Make `keyring/` and the base64 secrets in a folder that only its owner can enter."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_keyring(directory / "keyring")
    for name, length in TEXT_SECRETS.items():
        _write_once(directory / name, base64.b64encode(secrets.token_bytes(length)))
    _make_spool_keys(directory)
    _write_once(directory / "twilio_auth_token", secrets.token_hex(16).encode())
    _write_once(directory / "twilio_account_sid", b"AC" + secrets.token_hex(16).encode())


def make_keyring(directory: Path) -> None:
    """Make the first version of every key: `<purpose>/1.key`, 32 random bytes each."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for purpose in WRAPPING + STATIC:
        (directory / purpose).mkdir(mode=0o700, exist_ok=True)
        _write_once(directory / purpose / "1.key", secrets.token_bytes(KEY_BYTES))


def _make_spool_keys(directory: Path) -> None:
    """Make the two halves: what waits on disk is sealed with the public one, and opens with the worker's only."""
    private = directory / "spool_private_key"
    _write_once(private, base64.b64encode(secrets.token_bytes(KEY_BYTES)))
    public = public_key_of(base64.b64decode(private.read_bytes()))
    _write_once(directory / "spool_public_key", base64.b64encode(public))


def _write_once(path: Path, content: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


if __name__ == "__main__":
    make_secrets(Path(sys.argv[1]))
