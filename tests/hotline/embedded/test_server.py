"""The private PostgreSQL: shared, provisioned once, quiet about rows, and careful with the folders around it."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from hotline.embedded import server
from hotline.embedded.provision import provision, superuser

ROOT = Path(__file__).resolve().parent.parent.parent.parent


def data() -> Path:
    return Path(settings.DATABASES["default"]["DATA_DIR"])


def test_a_path_too_long_for_a_socket_is_refused_before_anything_starts(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100) / "postgres"
    with pytest.raises(ImproperlyConfigured, match="too long for a PostgreSQL socket"):
        server.ensure_running(deep)
    assert not deep.exists()


def test_provisioning_again_changes_nothing() -> None:
    host = server.ensure_running(data())
    roles = "SELECT array_agg(rolname ORDER BY rolname) FROM pg_roles WHERE rolname LIKE 'hotline%'"
    with superuser(host) as connection:
        before = connection.execute(roles).fetchone()
        provision(host)
        assert connection.execute(roles).fetchone() == before
    assert before == (["hotline_keys", "hotline_owner", "hotline_sequencer", "hotline_web"],)


def test_no_role_of_ours_is_a_superuser_or_gets_into_the_other_database() -> None:
    host = server.ensure_running(data())
    with superuser(host) as connection:
        great = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'hotline%' AND (rolsuper OR rolcreaterole)"
        assert connection.execute(great).fetchone() == (0,)
    for user, database in (("hotline_web", "hotline_keys"), ("hotline_keys", "hotline")):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(host=str(host), user=user, dbname=database)


def test_the_servers_log_never_repeats_a_failing_row() -> None:
    host = server.ensure_running(data())
    with superuser(host) as connection:
        shown = [
            connection.execute(f"SHOW {name}".encode()).fetchone()
            for name in ("log_error_verbosity", "log_min_error_statement")
        ]
    assert shown == [("terse",), ("panic",)]


def test_folders_that_a_start_opened_to_everyone_can_only_be_passed_through_and_only_while_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    tmp_path.chmod(0o700)
    data_folder = tmp_path / "postgres"
    with server._parents_kept(data_folder):
        tmp_path.chmod(0o755)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o711
    server._close_opened(data_folder)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_who_is_not_root_leaves_the_folders_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    tmp_path.chmod(0o700)
    with server._parents_kept(tmp_path / "postgres"):
        tmp_path.chmod(0o755)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


USER = """
import sys
from pathlib import Path
from hotline.embedded.server import ensure_running
ensure_running(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.read()
"""


def begin_to_use(data_folder: Path) -> subprocess.Popen[str]:
    """Start a process that uses a server of its own until its input ends."""
    command = [sys.executable, "-c", USER, str(data_folder)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def is_using(process: subprocess.Popen[str]) -> bool:
    """Wait until the process has its server."""
    assert process.stdout is not None
    return process.stdout.readline() == "ready\n"


def is_running(data_folder: Path) -> bool:
    return (data_folder / "postmaster.pid").exists()


def test_the_last_living_user_stops_the_server_and_a_killed_one_does_not_count() -> None:
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    first, second = begin_to_use(folder / "postgres"), begin_to_use(folder / "postgres")
    assert is_using(first)
    assert is_using(second)
    second.communicate()
    assert is_running(folder / "postgres")
    last = begin_to_use(folder / "postgres")
    assert is_using(last)
    first.kill()
    first.communicate()
    assert is_running(folder / "postgres")
    last.communicate()
    assert not is_running(folder / "postgres")
    shutil.rmtree(folder)
