"""The wrapping keys as files of a local keyring."""

from cases.vault import envelope
from cases.vault.keyring import LocalKeyring
from cases.vault.providers.base import Wrapped


class LocalProvider:
    """Wraps with the files of a local keyring."""

    def __init__(self, ring: LocalKeyring) -> None:
        self.ring = ring

    def wrap(self, purpose: str, key: bytes, context: bytes) -> Wrapped:
        """Wrap under the newest file; its version is in the associated data of the wrapped key, and only there."""
        version = self.ring.current_version(purpose)
        wrapped = envelope.seal(
            key, key=self.ring.key(purpose, version), associated=self._associated(purpose, version, context)
        )
        return Wrapped(version, wrapped)

    def unwrap(self, purpose: str, wrapped: Wrapped, context: bytes) -> bytes:
        """Unwrap with the file of the version that wrapped."""
        return envelope.unseal(
            wrapped.wrapped,
            key=self.ring.key(purpose, wrapped.version),
            associated=self._associated(purpose, wrapped.version, context),
        )

    def versions(self, purpose: str) -> list[int]:
        """List the files."""
        return self.ring.versions(purpose)

    def add_version(self, purpose: str) -> int:
        """Make the next file."""
        return self.ring.add_version(purpose)

    def destroy_before(self, purpose: str, version: int) -> None:
        """Overwrite and remove every older file."""
        for older in self.ring.versions(purpose):
            if older < version:
                self.ring.retire_version(purpose, older)

    @staticmethod
    def _associated(purpose: str, version: int, context: bytes) -> bytes:
        return envelope.length_prefixed(purpose.encode(), version.to_bytes(8, "big"), context)
