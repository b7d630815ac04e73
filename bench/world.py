"""What a benchmark runs in: a PostgreSQL, secrets and folders of its own under var/bench, made anew on every run."""

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import psycopg
from psycopg import sql

from hotline.demo.secrets import make_secrets
from hotline.embedded import provision, server
from hotline.environment import var_dir

BASE_DIR = Path(__file__).resolve().parent.parent
OWNERS = {"hotline": "hotline_owner", "hotline_keys": "hotline_keys", "plain": "hotline_owner"}
LINE_NUMBER = "+4620100200"
BASE_URL = "https://line.example.se"
ROLES = {
    "DATABASE_URL": ("main", "hotline_web"),
    "KEYS_DATABASE_URL": ("keys", "hotline_keys"),
    "LISTEN_DATABASE_URL": ("main", "hotline_web"),
    "DATABASE_OWNER_URL": ("main", "hotline_owner"),
    "PLAIN_DATABASE_URL": ("plain", "hotline_owner"),
}
Settings: TypeAlias = dict[str, str]


@dataclass(frozen=True)
class World:
    """Where the databases are, what they are called, and where everything else is kept."""

    folder: Path
    host: Path
    main: str = "hotline"
    keys: str = "hotline_keys"
    plain: str = "plain"

    def environment(self) -> Settings:
        """Give what the processes of an installation find in their environment, and nothing of ours besides."""
        secrets = self.folder / "secrets"
        return {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "PYTHONPATH": str(BASE_DIR),
            "DJANGO_SETTINGS_MODULE": "hotline.settings",
            "VAR_DIR": str(self.folder),
            "SECRET_KEY_FILE": str(secrets / "secret_key"),
            "AUDIT_MAC_KEY_FILE": str(secrets / "audit_mac_key"),
            "KEYRING_DIR": str(secrets / "keyring"),
            "AUDIT_CHECKPOINT_DIR": str(self.folder / "checkpoints"),
            "SPOOL_DIR": str(self.folder / "spool"),
            "TWILIO_ACCOUNT_SID_FILE": str(secrets / "twilio_account_sid"),
            "TWILIO_AUTH_TOKEN_FILE": str(secrets / "twilio_auth_token"),
            "PUBLIC_BASE_URL": BASE_URL,
            "LIVE_URL": f"{BASE_URL}/live/",
            "ALLOWED_HOSTS": "127.0.0.1,line.example.se",
            "TRUSTED_PROXIES": "127.0.0.1",
            "EMAIL_URL": "dummymail://",
            "BENCH_DIR": str(self.folder),
        } | {name: self.url(getattr(self, part), user) for name, (part, user) in ROLES.items()}

    def secret(self, name: str) -> str:
        """Read one of the secrets."""
        return (self.folder / "secrets" / name).read_text(encoding="utf-8").strip()

    def url(self, database: str, user: str) -> str:
        """Give the address of a database, as an installation writes it."""
        return f"postgresql://{user}@/{database}?host={self.host}"

    def superuser(self, database: str) -> provision.Connection:
        """Connect to a database as the one who may look everywhere."""
        return provision.superuser(self.host, database)


def make_world(folder: Path | None = None) -> World:
    """Start the server and make fresh databases with today's migrations and one line that is open."""
    world = open_world(folder or var_dir() / "bench")
    with world.superuser("postgres") as connection:
        for name, owner in OWNERS.items():
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )
            provision.create_database(connection, host=world.host, name=name, owner=owner)
    run_python(world, "-m", "bench.furnish", HOTLINE_ROLE="owner")
    with world.superuser("postgres") as connection:
        connection.execute("CHECKPOINT")
    return world


def open_world(folder: Path) -> World:
    """Start the server where it does not run, and make the secrets and folders that are missing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("checkpoints", "spool"):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    make_secrets(folder / "secrets")
    return World(folder=folder, host=server.ensure_running(folder / "postgres"))


def beside(world: World, *, main: str, keys: str) -> World:
    """Give the same world on other databases."""
    return replace(world, main=main, keys=keys)


def run_python(world: World, *arguments: str, **more: str) -> str:
    """Run one of our programs to its end and give what it printed."""
    import subprocess  # noqa: PLC0415 - our own interpreter with our own arguments

    done = subprocess.run(
        [sys.executable, *arguments],
        env=world.environment() | more,
        check=True,
        text=True,
        stdout=subprocess.PIPE,
        cwd=BASE_DIR,
    )
    return done.stdout


def settings_of(world: World) -> dict[str, str]:
    """Say how the server keeps what is written: a benchmark that does not wait for the disk proves nothing."""
    names = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
    with world.superuser(world.main) as connection:
        return {name: str(_one(connection, name)) for name in names}


def _one(connection: psycopg.Connection[tuple[object, ...]], name: str) -> object:
    row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
    return row[0] if row else ""
