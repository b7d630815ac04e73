"""Set the demo up where it is not: secrets, settings, tables, and ninety earlier days."""

import os
import sys
import urllib.parse
from collections.abc import Callable
from pathlib import Path

from hotline.demo.secrets import make_secrets
from hotline.embedded import server
from hotline.environment import load_demo_environment

Run = Callable[..., None]
TEST_CALLS = "+4620100201"  # nobody's: calls from it prove the lines and count in no figure


def make_ready(var: Path, *, port: int, days: int, run: Run) -> None:
    """Make what is missing under var/, bring the tables up to date and load the earlier days once."""
    _say("Secrets and settings …")
    make_secrets(var / "secrets")
    _write_environment(var, port=port)
    load_demo_environment(var / "demo.env")
    _say("Messages in Swedish …")
    from hotline import messages  # noqa: PLC0415 - Babel takes a moment to load

    messages.compile_all()
    _say("PostgreSQL, roles and tables …")
    server.ensure_running(var / "postgres")
    run("prepare", "--verbosity", "0")
    _say(f"Municipalities, lines, accounts and {days} earlier days …")
    run("load_demo", "--days", str(days))


def let_the_morning_in(port: int, *, calls: int, run: Run) -> None:
    """Send the morning's calls as signed webhooks over HTTP."""
    _say(f"A morning of {calls} calls, as signed webhooks …")
    run("simulate_calls", "--base-url", f"http://127.0.0.1:{port}", "--calls", str(calls), "--seed", "1")


def what_to_look_at(port: int) -> str:
    """Say the address, the accounts and what there is to see."""
    address = f"http://127.0.0.1:{port}"
    return f"""
Stödtelefonen is open at {address}

  The sign-in page has one button per role (demo only). What to look at:
    kurator        {address}/desk/         the live desk: log a call, open a case, refer
    samordnare     {address}/figures/      every call offered and what became of it
    kommun         {address}/portal/       what a municipality receives, and nothing else
    granskare      {address}/trail/        who did what and looked at what, with proofs
    administratör  {address}/people/       people and roles

  In another terminal: .venv/bin/python manage.py simulate_calls --base-url {address} --calls 20 --seed 7
                         … and with --seed 8 --faults duplicate,shuffle,drop, whose lost ends this finds again:
                       .venv/bin/python manage.py reconcile_calls
                       .venv/bin/python manage.py tally --json
                       .venv/bin/python manage.py verify_audit
  Mails are files in var/mail. Ctrl-C stops everything; the data stays.
"""


def _write_environment(var: Path, *, port: int) -> None:
    secrets = var / "secrets"
    address = f"http://127.0.0.1:{port}"
    for folder in ("checkpoints", "spool", "mail", "log", "static"):
        (var / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    values = {
        "HOTLINE_DEMO": "1",
        "SECRET_KEY_FILE": secrets / "secret_key",
        "AUDIT_MAC_KEY_FILE": secrets / "audit_mac_key",
        "AUDIT_SIGNING_KEY_FILE": secrets / "audit_signing_key",
        "TWILIO_ACCOUNT_SID_FILE": secrets / "twilio_account_sid",
        "TWILIO_AUTH_TOKEN_FILE": secrets / "twilio_auth_token",
        "SPOOL_PUBLIC_KEY_FILE": secrets / "spool_public_key",
        "SPOOL_PRIVATE_KEY_FILE": secrets / "spool_private_key",
        "KEYRING_DIR": secrets / "keyring",
        "AUDIT_CHECKPOINT_DIR": var / "checkpoints",
        "SPOOL_DIR": var / "spool",
        "TEST_CALL_NUMBER": TEST_CALLS,
        "PUBLIC_BASE_URL": address,
        "LIVE_URL": f"{address}/live/",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "TRUSTED_PROXIES": "",
        "EMAIL_URL": "filemail://" + urllib.parse.quote(str(var / "mail")),
    }
    text = "".join(f"{name}={value}\n" for name, value in values.items())
    path = var / "demo.env"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _say(sentence: str) -> None:
    sys.stdout.write(f"· {sentence}\n")
    sys.stdout.flush()
