"""The wrapping keys in a key service that never gives them out: the transit engine of Vault or OpenBao."""

import base64
import threading
from typing import Any, cast

import hvac
import requests

from cases.vault import envelope
from cases.vault.keyring import KeyringFault, KeyringVersionMissing
from cases.vault.providers.base import Wrapped

TIMEOUT_SECONDS = 2.0
DEFAULT_MOUNT = "transit"
DEFAULT_PREFIX = "hotline-"


class TransitProvider:
    """Wraps with the transit engine of Vault or OpenBao: its key never leaves it, and each unwrap is logged there.

    Ciphertexts look like `vault:v3:…`; the version is in them, and the service checks the associated data.
    https://developer.hashicorp.com/vault/api-docs/secret/transit
    """

    def __init__(
        self, *, url: str, token: str, mount: str = DEFAULT_MOUNT, prefix: str = DEFAULT_PREFIX
    ) -> None:
        self.url, self.token, self.mount, self.prefix = url, token, mount, prefix
        self._threads = threading.local()

    def wrap(self, purpose: str, key: bytes, context: bytes) -> Wrapped:
        """Wrap under the newest version."""
        answer = self._ask("encrypt_data", purpose, plaintext=_text(key), associated_data=_text(context))
        ciphertext = str(answer["ciphertext"])
        return Wrapped(int(ciphertext.split(":")[1].removeprefix("v")), ciphertext.encode())

    def unwrap(self, purpose: str, wrapped: Wrapped, context: bytes) -> bytes:
        """Unwrap with the version that wrapped."""
        if not wrapped.wrapped.startswith(f"vault:v{wrapped.version}:".encode()):
            raise envelope.EnvelopeRefused
        answer = self._ask(
            "decrypt_data", purpose, ciphertext=wrapped.wrapped.decode(), associated_data=_text(context)
        )
        return base64.b64decode(str(answer["plaintext"]))

    def versions(self, purpose: str) -> list[int]:
        """List the versions that were not trimmed."""
        answer = self._ask("read_key", purpose)
        return sorted(
            int(version) for version in answer["keys"] if int(version) >= answer["min_available_version"]
        )

    def add_version(self, purpose: str) -> int:
        """Rotate the service's key."""
        self._ask("rotate_key", purpose)
        return self.versions(purpose)[-1]

    def destroy_before(self, purpose: str, version: int) -> None:
        """Forbid the older versions, then trim them: the service deletes them for good.

        Two requests, encryption first: the service wants it no lower than decryption, and hvac wrongly refuses equals.
        """
        self._ask("update_key_configuration", purpose, min_encryption_version=version)
        self._ask("update_key_configuration", purpose, min_decryption_version=version)
        self._ask("trim_key", purpose, min_version=version)

    def _ask(self, verb: str, purpose: str, **parameters: object) -> dict[str, Any]:
        call = getattr(self._client().secrets.transit, verb)
        try:
            answer = call(name=f"{self.prefix}{purpose}", mount_point=self.mount, **parameters)
        except hvac.exceptions.InvalidRequest as refusal:
            raise _refusal(refusal) from None
        except (hvac.exceptions.VaultError, requests.RequestException) as error:
            message = f"The key service did not do {verb} for “{purpose}” ({type(error).__name__})."
            raise KeyringFault(message) from None
        return dict(answer["data"] or {}) if isinstance(answer, dict) else {}

    def _client(self) -> hvac.Client:
        """Give this thread's own client: a session of `requests` is not made for sharing."""
        if not hasattr(self._threads, "client"):
            self._threads.client = hvac.Client(  # type: ignore[no-untyped-call]  # the package has no types
                url=self.url, token=self.token, timeout=TIMEOUT_SECONDS
            )
        return cast("hvac.Client", self._threads.client)


def _refusal(answer: Exception) -> Exception:
    """Tell a version that is gone from a ciphertext that does not open; the service answers 400 to both."""
    if "version" in str(answer):
        return KeyringVersionMissing("The key service no longer has this version.")
    return envelope.EnvelopeRefused()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
