"""Databases of its own for a command that must not touch the real ones: made by the migrations, then dropped."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from hotline.embedded.provision import Connection, create_database, superuser
from hotline.embedded.server import ensure_running

OWNERS = {"default": "hotline_owner", "keys": "hotline_keys"}
ONLY = {"keys": ("cases",)}  # the one room with tables there
PREFIX = "scratch"
# What is dropped in a moment need not survive the machine.
CARELESS = {"options": "-c synchronous_commit=off"}


class NotEmbedded(RuntimeError):
    """Databases of its own are made on the private server of the demo and the tests only."""


@contextmanager
def scratch_databases() -> Iterator[None]:
    """Point every alias at an empty database of its own until the end of the block, then drop those and point back.

    Leftovers of processes that were killed are dropped as well. Errors: NotEmbedded.
    """
    if any(connections[alias].settings_dict["ENGINE"] != "hotline.embedded" for alias in OWNERS):
        raise NotEmbedded
    before = {alias: dict(connections[alias].settings_dict) for alias in OWNERS}
    host = ensure_running(before["default"]["DATA_DIR"])
    connections.close_all()
    try:
        with superuser(host) as server:
            _drop_leftovers(server)
            for alias, owner in OWNERS.items():
                name = f"{PREFIX}_{alias}_{os.getpid()}"
                create_database(server, host=host, name=name, owner=owner)
                connections[alias].settings_dict["NAME"] = name
                _migrate(alias)
        yield
    finally:
        connections.close_all()
        for alias, settings_dict in before.items():
            connections[alias].settings_dict.update(settings_dict)
        with superuser(host) as server:
            for alias in OWNERS:
                _drop(server, f"{PREFIX}_{alias}_{os.getpid()}")


def _migrate(alias: str) -> None:
    """Make the tables as the owner, and go back to the role that works with them."""
    settings_dict = connections[alias].settings_dict
    user = settings_dict["USER"]
    settings_dict["USER"] = OWNERS[alias]
    try:
        call_command("migrate", *ONLY.get(alias, ()), database=alias, verbosity=0)
    finally:
        connections[alias].close()
        settings_dict["USER"] = user
    settings_dict["OPTIONS"] = settings_dict["OPTIONS"] | CARELESS


def _drop_leftovers(server: Connection) -> None:
    found = server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", (f"{PREFIX}\\_%",))
    for (name,) in found.fetchall():
        pid = str(name).rpartition("_")[2]
        if not psutil.pid_exists(int(pid)):
            _drop(server, str(name))


def _drop(server: Connection, name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
