"""Say which database each process talks to, as whom, and which rows live where."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model

from hotline.environment import HOW, env, is_set, required

ROLE_URLS = {"web": "DATABASE_URL", "owner": "DATABASE_OWNER_URL", "sequencer": "AUDIT_DATABASE_URL"}
# Statements that come back are prepared, which halves the intake's longest one. A pooler in between must know of that
# (PgBouncer from 1.21); for one that does not, DATABASE_PREPARE=false.
PREPARE_AFTER = 5 if env.bool("DATABASE_PREPARE", default=True) else None
SAFE_OPTIONS = {"server_side_binding": True, "prepare_threshold": PREPARE_AFTER}


def is_embedded() -> bool:
    """Tell whether the private PostgreSQL is to be used: neither database is named."""
    named = {name for name in ("DATABASE_URL", "KEYS_DATABASE_URL") if is_set(name)}
    if len(named) == 1:
        (name,) = {"DATABASE_URL", "KEYS_DATABASE_URL"} - named
        required(name)
    return not named


def configure(*, role: str, data: Path, may_embed: bool) -> dict[str, dict[str, Any]]:
    """Build Django's DATABASES for a process of this role (web, owner or sequencer).

    Errors: ImproperlyConfigured where the embedded database would serve anything but the demo or the tests.
    """
    if not is_embedded():
        return {"default": _external(ROLE_URLS[role]), "keys": _external("KEYS_DATABASE_URL")}
    if not may_embed:
        message = (
            "DATABASE_URL is not set, and the embedded database serves the demo and the tests only. "
            f"{HOW['DATABASE_URL']}."
        )
        raise ImproperlyConfigured(message)
    return {
        "default": _embedded(name="hotline", user=f"hotline_{role}", data=data),
        "keys": _embedded(name="hotline_keys", user="hotline_keys", data=data),
    }


def _external(name: str) -> dict[str, Any]:
    database: dict[str, Any] = dict(env.db_url_config(required(name)))
    return database | {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": SAFE_OPTIONS | database.get("OPTIONS", {}),
    }


def _embedded(*, name: str, user: str, data: Path) -> dict[str, Any]:
    return {
        "ENGINE": "hotline.embedded",
        "NAME": name,
        "USER": user,
        "DATA_DIR": data,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(SAFE_OPTIONS),
    }


class KeysRouter:
    """Keep wrapped data keys in the keys database and everything else out of it."""

    def db_for_read(self, model: type[Model], **_hints: object) -> str | None:
        """Send vault rows to the keys database."""
        return "keys" if self._is_key(model._meta.app_label, str(model._meta.model_name)) else None

    def db_for_write(self, model: type[Model], **hints: object) -> str | None:
        """Write where one reads."""
        return self.db_for_read(model, **hints)

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Mapping[str, object]
    ) -> bool | None:
        """Make each table in one database only; statements without a model say theirs with hints={"database": …}."""
        if model_name is None:
            return db == hints.get("database", "default")
        return (db == "keys") == self._is_key(app_label, model_name)

    @staticmethod
    def _is_key(app_label: str, model_name: str) -> bool:
        if app_label != "cases":
            return False
        from cases.vault.models import KEYS_MODELS  # noqa: PLC0415 - models load after settings

        return model_name in KEYS_MODELS
