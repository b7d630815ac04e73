"""The local keyring: one file of 32 random bytes per purpose and version, which its owner alone can read.

`<KEYRING_DIR>/<purpose>/<version>.key`
"""

import os
import re
import secrets
import stat
from collections import defaultdict
from pathlib import Path

from django.conf import settings

from cases.vault.envelope import KEY_BYTES, new_key
from cases.vault.models import Purpose

WRAPPING_PURPOSES = tuple(Purpose.values)
STATIC_PURPOSES = ("call-ids", "caller-codes", "sessions", "mail-links")
PURPOSE_NAME = re.compile(r"[a-z]+(-[a-z]+)*")
KEY_FILE_NAME = re.compile(r"([1-9]\d{0,8})\.key")
OTHERS = stat.S_IRWXG | stat.S_IRWXO
MAKE_KEYRING = "Make a keyring with: python -m hotline.demo.secrets DIRECTORY"


class KeyringFault(Exception):
    """The keyring cannot give a key; the message says which, and how to mend it."""


class KeyringVersionMissing(KeyringFault):
    """This version of a key is not in the keyring: destroyed, or not restored with it."""


class LocalKeyring:
    """Reads, adds and destroys the key files of one directory; keeps nothing in memory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def versions(self, purpose: str) -> list[int]:
        """List the versions that are there, oldest first.

        Errors: KeyringFault where there is none.
        """
        folder = self._folder(purpose)
        names = [KEY_FILE_NAME.fullmatch(path.name) for path in folder.iterdir()] if folder.is_dir() else []
        found = sorted(int(name.group(1)) for name in names if name)
        if not found:
            message = f"There is no key for “{purpose}” in {self.directory}. {MAKE_KEYRING}."
            raise KeyringFault(message)
        return found

    def current_version(self, purpose: str) -> int:
        """Give the newest version, the one that wraps."""
        return self.versions(purpose)[-1]

    def key(self, purpose: str, version: int) -> bytes:
        """Read a key.

        Errors: KeyringVersionMissing; KeyringFault for a file that others can read or that is not 32 bytes.
        """
        path = self._path(purpose, version)
        try:
            handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            message = (
                f"{path} is missing: this version was destroyed, or the keyring was not restored with it."
            )
            raise KeyringVersionMissing(message) from None
        except OSError as error:
            message = f"{path} cannot be read ({error.strerror}). Give it to the user that runs this process."
            raise KeyringFault(message) from None
        with os.fdopen(handle, "rb") as file:
            _refuse_open_modes(path, os.fstat(file.fileno()).st_mode)
            key = file.read(KEY_BYTES + 1)
        if len(key) != KEY_BYTES:
            message = (
                f"{path} must hold {KEY_BYTES} bytes. Put back the right file: a new one opens nothing old."
            )
            raise KeyringFault(message)
        return key

    def static_key(self, purpose: str) -> bytes:
        """Read a key that is never rotated: what was hashed under it cannot be hashed again."""
        return self.key(purpose, 1)

    def add_version(self, purpose: str) -> int:
        """Make the next version and give its number; it is on disk before it is named."""
        version = self.current_version(purpose) + 1
        path = self._path(purpose, version)
        making = path.with_name(f".{version}.{secrets.token_hex(4)}.making")
        try:
            _write_durably(making, new_key(), os.O_CREAT | os.O_EXCL)
            os.link(making, path)  # fails where another process made this version first
        finally:
            making.unlink(missing_ok=True)
        _sync_folder(path.parent)
        return version

    def retire_version(self, purpose: str, version: int) -> None:
        """Destroy a version for good: overwrite the file, remove it, and bring both to disk.

        Errors: KeyringFault for the current version. A version that is already gone is fine.
        """
        if version >= self.current_version(purpose):
            message = (
                f"{purpose}/{version} is the current version. Rotate first, then destroy the older ones."
            )
            raise KeyringFault(message)
        path = self._path(purpose, version)
        if path.exists():
            _write_durably(path, new_key(), 0)
            path.unlink()
            _sync_folder(path.parent)

    def _path(self, purpose: str, version: int) -> Path:
        return self._folder(purpose) / f"{version}.key"

    def _folder(self, purpose: str) -> Path:
        if not PURPOSE_NAME.fullmatch(purpose):
            message = f"“{purpose}” is not the name of a purpose."
            raise ValueError(message)
        return self.directory / purpose


def keyring() -> LocalKeyring:
    """Give the keyring that the settings name."""
    return LocalKeyring(settings.KEYRING_DIR)


def faults_of(ring: LocalKeyring) -> list[str]:
    """Say everything that is wrong with a keyring: missing, short, readable by others, or equal keys."""
    faults = []
    places: defaultdict[bytes, list[str]] = defaultdict(list)
    for purpose in (*WRAPPING_PURPOSES, *STATIC_PURPOSES):
        try:
            for version in ring.versions(purpose):
                places[ring.key(purpose, version)].append(f"{purpose}/{version}")
        except KeyringFault as fault:
            faults.append(str(fault))
    equal = [names for names in places.values() if len(names) > 1]
    return faults + [
        f"{' and '.join(names)} are the same key. Make a random one for each." for names in equal
    ]


def _refuse_open_modes(path: Path, mode: int) -> None:
    if mode & OTHERS:
        message = f"{path} can be reached by others than its owner. Mend it with: chmod 600 {path}"
        raise KeyringFault(message)


def _write_durably(path: Path, content: bytes, flags: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CLOEXEC | flags, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
