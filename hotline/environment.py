"""Read the environment: every name also as NAME_FILE, and a plain sentence for each that is missing."""

import base64
import binascii
import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

env = environ.FileAwareEnv()
env.ENVIRON = FileAwareMapping(cache=False)  # secrets are read, not kept

KEY_BYTES = 32
MAKE_KEY = "Make one with: head -c 32 /dev/urandom | base64"
MAKE_SPOOL_KEYS = "Make both halves with: python -m hotline.demo.secrets DIRECTORY"
HOW = {
    "SECRET_KEY": "Make one with: head -c 48 /dev/urandom | base64",
    "AUDIT_MAC_KEY": MAKE_KEY,
    "AUDIT_SIGNING_KEY": MAKE_KEY + " and give it to the sequencer only",
    "DATABASE_URL": "Point it at the main PostgreSQL as role hotline_web: postgresql://hotline_web:…@host/hotline",
    "KEYS_DATABASE_URL": "Point it at the keys PostgreSQL, a server of its own: postgresql://hotline_keys:…@host/hotline_keys",
    "DATABASE_OWNER_URL": "Point it at the main PostgreSQL as role hotline_owner; only migrations use it",
    "AUDIT_DATABASE_URL": "Point it at the main PostgreSQL as role hotline_sequencer; only the sequencer uses it",
    "LISTEN_DATABASE_URL": "Point it straight at the main PostgreSQL (no pooler) as role hotline_web",
    "PUBLIC_BASE_URL": "It is the address providers call, for example https://line.example.se",
    "LIVE_URL": "It is the address of the event stream, for example https://line.example.se/live/",
    "ALLOWED_HOSTS": "Name the hosts that are served, separated by commas",
    "TRUSTED_PROXIES": "Name the addresses of the proxies in front, separated by commas; empty where there is none",
    "EMAIL_URL": "It says where mail goes, for example smtp+tls://user:password@host:587",
    "TWILIO_ACCOUNT_SID": "It stands on the provider's console and begins with AC; no other account is answered",
    "TWILIO_AUTH_TOKEN": "It stands on the provider's console; the webhooks check every signature with it",
    "TWILIO_API_KEY_SID": "Make an API key on the provider's console, SK…; only the worker and the commands use it",
    "TWILIO_API_KEY_SECRET": "It is shown once, when the API key is made; only the worker and the commands use it",
    "KEYRING_DIR": "Make a keyring with: python -m hotline.demo.secrets DIRECTORY",
    "AUDIT_CHECKPOINT_DIR": "Name a folder outside the database, on another disk if you can, for tiles and checkpoints",
    "SPOOL_DIR": "Name a folder on local disk where calls wait while the database is away",
    "SPOOL_PUBLIC_KEY": f"{MAKE_SPOOL_KEYS} and give the public half to the processes that take calls",
    "SPOOL_PRIVATE_KEY": f"{MAKE_SPOOL_KEYS} and give the private half to the worker only",
}
OWNER_COMMANDS = {"migrate", "makemigrations", "sqlmigrate", "showmigrations", "prepare"}
SEQUENCER_COMMANDS = {"run_sequencer", "seal_audit", "trust_audit_key"}


def var_dir() -> Path:
    """Give the folder for what the demo keeps: VAR_DIR, or var/ in the project."""
    return Path(os.environ.get("VAR_DIR") or Path(__file__).resolve().parent.parent / "var")


def load_demo_environment(path: Path) -> None:
    """Take the demo's settings where they are present; what the environment already says wins."""
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.partition("=")
        if separator and name not in os.environ and f"{name}_FILE" not in os.environ:
            os.environ[name] = value


def role_of_command(command: str) -> str:
    """Say as which database role a management command works: owner, sequencer or web."""
    if command in OWNER_COMMANDS:
        return "owner"
    return "sequencer" if command in SEQUENCER_COMMANDS else "web"


def is_set(name: str) -> bool:
    """Tell whether the name, or the file that holds it, is given."""
    return name in os.environ or f"{name}_FILE" in os.environ


def required(name: str) -> str:
    """Give the value of a name that must be there, or stop with a sentence that says how to make it."""
    if not is_set(name):
        message = f"{name} (or {name}_FILE) is not set. {HOW[name]}."
        raise ImproperlyConfigured(message)
    return str(env(name)).strip()


def optional(name: str) -> str:
    """Give the value of a name that not every installation has; empty where it is not set."""
    return required(name) if is_set(name) else ""


def required_key(name: str) -> bytes:
    """Give the 32 bytes of a key that is written in base64."""
    try:
        key = base64.b64decode(required(name), validate=True)
    except binascii.Error as error:
        message = f"{name} is not base64. {MAKE_KEY}."
        raise ImproperlyConfigured(message) from error
    if len(key) != KEY_BYTES:
        message = f"{name} has {len(key)} bytes and needs {KEY_BYTES}. {MAKE_KEY}."
        raise ImproperlyConfigured(message)
    return key


def optional_key(name: str) -> bytes | None:
    """Give the 32 bytes of a key that not every process has; None where it is not set."""
    return required_key(name) if is_set(name) else None


def required_list(name: str) -> list[str]:
    """Give a comma-separated list; it may be empty but must be said."""
    return [part.strip() for part in required(name).split(",") if part.strip()]
