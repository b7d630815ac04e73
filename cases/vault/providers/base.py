"""What every key provider does."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Wrapped:
    """A data key as it is stored, and the version of the wrapping key that opens it."""

    version: int
    wrapped: bytes


class KeyProvider(Protocol):
    """Wraps and unwraps data keys; `context` says which data key it is and must be given again to unwrap."""

    def wrap(self, purpose: str, key: bytes, context: bytes) -> Wrapped:
        """Wrap under the purpose's current version."""

    def unwrap(self, purpose: str, wrapped: Wrapped, context: bytes) -> bytes:
        """Unwrap. Errors: EnvelopeRefused (altered, another context); KeyringFault (no such version, no service)."""

    def versions(self, purpose: str) -> list[int]:
        """List the versions that still exist, oldest first."""

    def add_version(self, purpose: str) -> int:
        """Make the next version, which wraps from now on."""

    def destroy_before(self, purpose: str, version: int) -> None:
        """Destroy every older version for good."""
