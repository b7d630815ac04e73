"""A cache all processes share, in one table, as JSON: attempts that limit guessing, and one-time codes already used.

Django's own database cache unpickles what it reads: whoever can write to the table could run code in every process.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from psycopg.types.json import Jsonb

_ADD = """
INSERT INTO hotline_sharedvalue AS kept (key, content, expires_at) VALUES (%s, %s, %s)
ON CONFLICT (key) DO UPDATE SET content = excluded.content, expires_at = excluded.expires_at
    WHERE kept.expires_at <= %s
RETURNING key
"""


class SharedCache(BaseCache):
    """Keys are stored as keyed hashes, because some of them hold an address or a name."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Store unless a value is there; in one statement, so that of two at once only one succeeds."""
        with connection.cursor() as cursor:
            row: list[Any] = [self._stored(key, version), Jsonb(value), self._expiry(timeout), timezone.now()]
            cursor.execute(_ADD, row)
            return cursor.fetchone() is not None

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Read a value that has not expired."""
        alive = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
        row = self._rows().filter(alive, key=self._stored(key, version)).first()
        return default if row is None else row.content

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Store, whatever was there."""
        values = {"content": value, "expires_at": self._expiry(timeout)}
        self._rows().update_or_create(key=self._stored(key, version), defaults=values)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Give a value a new time to live."""
        rows = self._rows().filter(key=self._stored(key, version))
        return bool(rows.update(expires_at=self._expiry(timeout)))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value."""
        return bool(self._rows().filter(key=self._stored(key, version)).delete()[0])

    def clear(self) -> None:
        """Forget everything."""
        self._rows().all().delete()

    def validate_key(self, key: str) -> None:
        """Accept any key: it is hashed before it is stored."""

    def _rows(self) -> Any:
        return _values()

    def _stored(self, key: str, version: int | None) -> str:
        return salted_hmac("shared value", self.make_and_validate_key(key, version)).hexdigest()

    def _expiry(self, timeout: Any) -> datetime | None:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return None if seconds is None else timezone.now() + timedelta(seconds=seconds)


def clear_expired_values() -> int:
    """Delete what nobody can read any more, and say how much that was."""
    return int(_values().filter(expires_at__lte=timezone.now()).delete()[0])


def _values() -> Any:
    from hotline.people.models import SharedValue  # noqa: PLC0415 - models load after settings

    return SharedValue.objects
