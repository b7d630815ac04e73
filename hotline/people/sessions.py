"""Sessions whose table is worth nothing to a thief: keyed hashes for keys, and contents sealed under the cookie.

The cookie's value exists in the browser only. The row is found by its HMAC under the keyring's `sessions` key, and its
contents open with a key derived from both, so neither the table nor the table and the keyring together give a session.
"""

import base64
import hmac
import os
from typing import Any

from asgiref.sync import sync_to_async
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from cases.vault.keyring import keyring

STORED_LENGTH = 40
NONCE_BYTES = 12


def stored_key(cookie: str) -> str:
    """Give the key under which a cookie's session is stored: 160 bits of HMAC-SHA256."""
    return _derive("session row", cookie).hex()[:STORED_LENGTH]


def _derive(purpose: str, cookie: str) -> bytes:
    return hmac.digest(keyring().static_key("sessions"), f"{purpose}\0{cookie}".encode(), "sha256")


class SessionStore(DatabaseStore):
    """Django's database sessions, asked for and written by the cookie's keyed hash."""

    @classmethod
    def get_model_class(cls) -> Any:
        """Use the house's own table, which knows whose session it is."""
        from hotline.people.models import Session  # noqa: PLC0415 - models load after the session engine

        return Session

    def _get_session_from_db(self) -> Any:
        key = self.session_key
        row = (
            key
            and self.model.objects.filter(session_key=stored_key(key), expire_date__gt=timezone.now()).first()
        )
        if not row:
            self._session_key = None
        return row or None

    def exists(self, session_key: str) -> bool:
        """Tell whether a cookie's value is taken."""
        return bool(super().exists(stored_key(session_key)))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Make the row as it is stored, with whose it is beside it so that it can be ended."""
        key = self._get_or_create_session_key()  # type: ignore[attr-defined]
        return self.get_model_class()(
            session_key=stored_key(key),
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=data.get(SESSION_KEY),
        )

    def delete(self, session_key: str | None = None) -> None:
        """Forget a session."""
        cookie = session_key or self.session_key
        if cookie:
            super().delete(stored_key(cookie))

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Seal the contents; a second factor's secret may be among them while somebody enrols."""
        cookie = self._get_or_create_session_key()  # type: ignore[attr-defined]
        nonce = os.urandom(NONCE_BYTES)
        text = super().encode(session_dict).encode()
        sealed = AESGCM(_derive("session contents", cookie)).encrypt(nonce, text, stored_key(cookie).encode())
        return base64.b64encode(nonce + sealed).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Open the contents; what does not open is an empty session."""
        cookie = self.session_key or ""
        try:
            raw = base64.b64decode(session_data, validate=True)
            opener = AESGCM(_derive("session contents", cookie))
            text = opener.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], stored_key(cookie).encode())
        except (ValueError, InvalidTag):
            return {}
        return dict(super().decode(text.decode()))

    async def aload(self) -> dict[str, Any]:
        """Load from asynchronous code."""
        return await sync_to_async(self.load)()

    async def aexists(self, session_key: str) -> bool:
        """Ask from asynchronous code."""
        return await sync_to_async(self.exists)(session_key)

    async def asave(self, must_create: bool = False) -> None:
        """Save from asynchronous code."""
        await sync_to_async(self.save)(must_create)

    async def adelete(self, session_key: str | None = None) -> None:
        """Forget from asynchronous code."""
        await sync_to_async(self.delete)(session_key)


def end_sessions_of(user_id: int) -> int:
    """End every session of a person at once, and say how many there were."""
    ended, _each = SessionStore.get_model_class().objects.filter(user_id=user_id).delete()
    return int(ended)
