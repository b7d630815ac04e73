"""Settings come from the environment, also as files; each missing one stops the start with a sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from hotline import databases, environment

BASE_DIR = Path(__file__).resolve().parent.parent.parent
NAMES = (
    "TWILIO_AUTH_TOKEN",
    "SECRET_KEY",
    "KEYRING_DIR",
    "AUDIT_MAC_KEY",
    "PUBLIC_BASE_URL",
    "EMAIL_URL",
    "SPOOL_DIR",
    "TRUSTED_PROXIES",
)


@pytest.fixture(autouse=True)
def _no_databases_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "KEYS_DATABASE_URL", "DATABASE_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_name_is_told_with_how_to_make_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv(f"{name}_FILE", raising=False)
    with pytest.raises(ImproperlyConfigured, match=rf"{name} \(or {name}_FILE\) is not set\. \w+ .{{20,}}"):
        environment.required(name)


def test_every_name_can_be_given_as_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert environment.required("SECRET_KEY") == "from a file"


@pytest.mark.parametrize(
    ("text", "complaint"), [("c2hvcnQ=", "has 5 bytes and needs 32"), ("%%%", "is not base64")]
)
def test_a_short_or_unreadable_key_is_refused(
    text: str, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AUDIT_MAC_KEY_FILE", raising=False)
    monkeypatch.setenv("AUDIT_MAC_KEY", text)
    with pytest.raises(ImproperlyConfigured, match=complaint):
        environment.required_key("AUDIT_MAC_KEY")


def test_nothing_but_demo_and_tests_runs_on_the_embedded_database(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="serves the demo and the tests only"):
        databases.configure(role="web", data=tmp_path, may_embed=False)


def test_one_database_without_the_other_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://hotline_web:x@db/hotline")
    with pytest.raises(ImproperlyConfigured, match="KEYS_DATABASE_URL"):
        databases.is_embedded()


def test_each_process_connects_as_its_own_role(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://hotline_web:x@db/hotline")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://hotline_owner:x@db/hotline")
    monkeypatch.setenv("KEYS_DATABASE_URL", "postgresql://hotline_keys:x@keysdb/hotline_keys")
    web = databases.configure(role="web", data=tmp_path, may_embed=False)
    owner = databases.configure(role="owner", data=tmp_path, may_embed=False)
    assert (web["default"]["USER"], owner["default"]["USER"]) == ("hotline_web", "hotline_owner")
    assert web["keys"]["HOST"] == "keysdb"
    assert web["default"]["OPTIONS"]["server_side_binding"] is True
    with pytest.raises(ImproperlyConfigured, match="AUDIT_DATABASE_URL"):
        databases.configure(role="sequencer", data=tmp_path, may_embed=False)


@pytest.mark.parametrize(
    ("command", "role"),
    [
        ("migrate", "owner"),
        ("run_sequencer", "sequencer"),
        ("seal_audit", "sequencer"),
        ("reopen_audit", "web"),
        ("tally", "web"),
    ],
)
def test_commands_work_as_the_role_they_need(command: str, role: str) -> None:
    assert environment.role_of_command(command) == role


def test_what_the_environment_says_wins_over_the_demo_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "demo.env").write_text("PUBLIC_BASE_URL=http://demo\nONLY_THERE=x=y\nSPOOL_DIR=/demo\n")
    monkeypatch.setenv("PUBLIC_BASE_URL", "http://mine")
    monkeypatch.setenv("SPOOL_DIR_FILE", "/a/file")
    monkeypatch.delenv("SPOOL_DIR", raising=False)
    monkeypatch.setenv("ONLY_THERE", "")
    monkeypatch.delenv("ONLY_THERE")
    environment.load_demo_environment(tmp_path / "demo.env")
    assert os.environ["PUBLIC_BASE_URL"] == "http://mine"
    assert os.environ["ONLY_THERE"] == "x=y"
    assert "SPOOL_DIR" not in os.environ


def test_a_start_without_settings_stops_with_one_sentence_and_no_secret() -> None:
    bare = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}}
    bare["DJANGO_SETTINGS_MODULE"] = "hotline.settings"
    done = subprocess.run(
        [sys.executable, "-m", "django", "check"],
        cwd=BASE_DIR,
        env=bare,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "SECRET_KEY (or SECRET_KEY_FILE) is not set. Make one with:" in done.stderr
