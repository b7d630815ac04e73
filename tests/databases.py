"""Give every run of the tests its own pair of databases, copied from templates that the migrations made.

A copy costs a tenth of a second, so a transactional test simply gets a fresh pair afterwards: nothing has to be
truncated, and the triggers that refuse that stay enabled in every test.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psutil
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from hotline.embedded.provision import Connection, close_to_public, create_database, superuser
from hotline.embedded.server import ensure_running

OWNERS = {"default": "hotline_owner", "keys": "hotline_keys"}
ONLY = {"keys": ("cases",)}  # the one room with tables there
TEMPLATE_LOCK = 7_120_202
# A test's database need not survive the machine, nor live long enough to be tended or to have its queries compiled.
CARELESS = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum", "jit", "update_process_title")
BASE_DIR = Path(__file__).resolve().parent.parent


def host() -> Path:
    """Give the socket folder of the tests' server."""
    return ensure_running(settings.DATABASES["default"]["DATA_DIR"])


def make_databases(run: str) -> None:
    """Copy both templates (made first where the migrations are new) and point the aliases at the copies."""
    names = {alias: f"test_{alias}_{run}" for alias in OWNERS}
    with superuser(host()) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (TEMPLATE_LOCK,))
        _hurry(connection)
        for alias in OWNERS:
            _make_template(connection, alias)
        _tidy(connection)
        connection.execute("SELECT pg_advisory_unlock(%s)", (TEMPLATE_LOCK,))
        for alias, name in names.items():
            _copy(connection, alias, name)
            connections[alias].settings_dict["NAME"] = name
    connections.close_all()


def _hurry(connection: Connection) -> None:
    for name in CARELESS:
        connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
    connection.execute("SELECT pg_reload_conf()")


def _tidy(connection: Connection) -> None:
    """Drop what earlier runs left: templates of other migrations, copies whose run has ended; vacuum what all share."""
    kept = [_template(alias) for alias in OWNERS]
    left = connection.execute(
        "SELECT datname FROM pg_database WHERE datname ~ '^(template|test)_(default|keys)_' AND datname <> ALL(%s)",
        (kept,),
    )
    for (name,) in left.fetchall():
        if not _in_use(str(name)):
            _drop(connection, str(name))
    connection.execute("VACUUM pg_shdepend")  # every copy and every drop walks through it


def _in_use(name: str) -> bool:
    """Tell whether the run that this is a copy for, or that makes this template, still lives."""
    runs = [int(part) for part in name.split("_")[2:] if part.isdecimal()]
    return any(psutil.pid_exists(run) for run in runs)


def renew_databases() -> None:
    """Copy the main template again; the few tables of the keys, which no trigger guards, are only emptied."""
    connections.close_all()
    with superuser(host()) as connection:
        _copy(connection, "default", str(connections["default"].settings_dict["NAME"]))
    with cursor_as(OWNERS["keys"], "keys") as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'cases%'"
        )
        tables = sql.SQL(", ").join(sql.Identifier(str(name)) for (name,) in cursor.fetchall())
        cursor.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(tables))


def drop_databases() -> None:
    """Throw both copies away."""
    connections.close_all()
    with superuser(host()) as connection:
        for alias in OWNERS:
            _drop(connection, str(connections[alias].settings_dict["NAME"]))


@contextmanager
def cursor_as(user: str, alias: str = "default") -> Iterator[psycopg.Cursor[tuple[object, ...]]]:
    """Open a cursor of its own, as another role, on a test's database; statement by statement."""
    name = str(connections[alias].settings_dict["NAME"])
    with (
        psycopg.connect(host=str(host()), dbname=name, user=user, autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        yield cursor


@cache
def _template(alias: str) -> str:
    digest = hashlib.sha256()
    for room in ("hotline", "referrals", "cases", "audit"):
        for path in sorted((BASE_DIR / room).rglob("*")):
            if path.suffix in {".py", ".csv", ".json", ".sql"} and (
                path.parent.name in {"migrations", "data"} or "coded" in path.parts
            ):
                digest.update(path.read_bytes())
    digest.update((BASE_DIR / "requirements-dev.txt").read_bytes())
    return f"template_{alias}_{digest.hexdigest()[:12]}"


def _make_template(connection: Connection, alias: str) -> None:
    name = _template(alias)
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
        return
    making = f"{name}_{os.getpid()}"
    create_database(connection, host=host(), name=making, owner=OWNERS[alias])
    _migrate(alias, making)
    connection.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name))
    )


def _migrate(alias: str, name: str) -> None:
    settings_dict = connections[alias].settings_dict
    before = settings_dict["NAME"], settings_dict["USER"]
    settings_dict["NAME"], settings_dict["USER"] = name, OWNERS[alias]
    try:
        call_command("migrate", *ONLY.get(alias, ()), database=alias, verbosity=0)
    finally:
        connections[alias].close()
        settings_dict["NAME"], settings_dict["USER"] = before


def _copy(connection: Connection, alias: str, name: str) -> None:
    _drop(connection, name)
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy")
    connection.execute(
        statement.format(
            sql.Identifier(name), sql.Identifier(_template(alias)), sql.Identifier(OWNERS[alias])
        )
    )
    close_to_public(connection, name=name, owner=OWNERS[alias])


def _drop(connection: Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
