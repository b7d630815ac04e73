"""Make the roles and the two databases of a fresh cluster; a second run changes nothing."""

from pathlib import Path
from typing import LiteralString, TypeAlias

import psycopg
from psycopg import sql

ROLES_SQL = Path(__file__).with_name("roles.sql")
GRANTS_SQL = Path(__file__).with_name("grants.sql")
PROVISION_LOCK = 7_120_201
QUIET = {"log_error_verbosity": "terse", "log_min_error_statement": "panic", "log_statement": "none"}

Connection: TypeAlias = psycopg.Connection[tuple[object, ...]]


def provision(host: Path) -> None:
    """Bring the cluster behind this socket folder to the shape the project expects."""
    with superuser(host) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (PROVISION_LOCK,))
        if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", "hotline_keys"):
            _make_roles(connection)
        if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", "hotline"):
            create_database(connection, host=host, name="hotline", owner="hotline_owner")
        if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", "hotline_keys"):
            create_database(connection, host=host, name="hotline_keys", owner="hotline_keys")


def superuser(host: Path, database: str = "postgres") -> Connection:
    """Connect as the cluster's superuser, statement by statement."""
    return psycopg.connect(host=str(host), dbname=database, user="postgres", autocommit=True)


def create_database(connection: Connection, *, host: Path, name: str, owner: str) -> None:
    """Make an empty database that only its owner and the roles that need it may enter."""
    database = sql.Identifier(name)
    connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, sql.Identifier(owner)))
    close_to_public(connection, name=name, owner=owner)
    if owner == "hotline_owner":
        with superuser(host, name) as inside:
            inside.execute(GRANTS_SQL.read_bytes())


def close_to_public(connection: Connection, *, name: str, owner: str) -> None:
    """Let nobody into a database but its owner and, for the main one, the web and sequencer roles."""
    database = sql.Identifier(name)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    if owner == "hotline_owner":
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO hotline_web, hotline_sequencer").format(database)
        )


def _make_roles(connection: Connection) -> None:
    connection.execute(ROLES_SQL.read_bytes())
    for name, value in QUIET.items():
        connection.execute(
            sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value))
        )
    connection.execute("SELECT pg_reload_conf()")


def _exists(connection: Connection, query: LiteralString, name: str) -> bool:
    return connection.execute(query, (name,)).fetchone() is not None
