"""The benches run, report everything they promise, serve as an installation does, and leave nothing running.

Those that are started are for `make sweep`.
"""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import yaml
from django.conf import settings
from psycopg import sql

from bench import board, intake, report, servers, ways
from bench.world import LINE_NUMBER, World
from hotline.demo.secrets import make_secrets
from hotline.embedded.provision import create_database, superuser
from tests.databases import host
from tests.hotline.factories import make_line

on_databases = pytest.mark.django_db(transaction=True, databases=["default", "keys"])
COMPOSE = Path(__file__).resolve().parent.parent.parent / "docker-compose.yml"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A bench's world on this test's databases, with secrets of its own, served by one process each."""
    at = servers.WEBHOOKS.index("--workers") + 1
    few = (*servers.WEBHOOKS[:at], "1", *servers.WEBHOOKS[at + 1 :])
    for user in (ways, board):
        monkeypatch.setattr(user, "WEBHOOKS", few)
    monkeypatch.setattr(ways, "RAW_PROCESSES", 1)
    make_line(LINE_NUMBER)
    make_secrets(tmp_path / "secrets")
    for name in ("checkpoints", "spool"):
        (tmp_path / name).mkdir()
    main, keys = (str(settings.DATABASES[alias]["NAME"]) for alias in ("default", "keys"))
    made = World(folder=tmp_path, host=host(), main=main, keys=keys, plain=f"{main}_plain")
    with superuser(made.host) as connection:
        create_database(connection, host=made.host, name=made.plain, owner="hotline_owner")
    try:
        yield made
    finally:
        drop(made)


def drop(world: World) -> None:
    with superuser(world.host) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(world.plain)))


def running() -> set[psutil.Process]:
    return {each for each in psutil.Process().children(recursive=True) if "postgres" not in each.name()}


@on_databases
@pytest.mark.sweep
def test_the_intake_is_measured_four_ways_in_one_run_and_all_that_was_answered_was_written(
    world: World,
) -> None:
    before = running()
    plan = intake.Plan(seconds=0.2, rounds=1, connections=(1, 2), warm=0.1)
    measured = intake.measure(world, plan)
    cells = measured["cells"]
    assert list(cells) == ["raw", "bare", "ours", "plain"]
    assert ways.has_plain() or cells.pop("plain") == {"missing": ways.WITHOUT_PLAIN}
    for each in cells.values():
        assert [cell["events"] > 0 and cell["p50_ms"] <= cell["p99_ms"] for cell in each.values()] == [
            True,
            True,
        ]
        assert [cell["errors"] for cell in each.values()] == [0, 0]
    for each in measured["ratios"].values():
        assert each.keys() >= {"ours/raw", "ours/bare"}
        assert ("ours/plain" in each) == ways.has_plain()
    assert len(set(measured["written"].values())) == 1
    assert "events/s" in report.table(measured)
    assert running() <= before


@on_databases
@pytest.mark.sweep
def test_open_desks_are_told_of_a_call_and_the_process_keeps_few_connections(world: World) -> None:
    before = running()
    measured = board.measure(world, board.Plan(desks=4, rounds=1))
    assert measured["told"] == 4
    assert measured["database_connections"] < 10
    assert "max_ms" in report.board(measured)
    assert running() <= before


@pytest.mark.parametrize(("service", "command"), [("webhooks", servers.WEBHOOKS), ("stream", servers.STREAM)])
def test_what_is_measured_is_served_as_an_installation_serves_it(
    service: str, command: tuple[str, ...]
) -> None:
    written = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"][service]["command"]
    theirs = [str(each) for each in written]
    at = theirs.index("--port")
    assert (
        [*command]
        == [
            "127.0.0.1" if each == "0.0.0.0" else each  # noqa: S104 - what the container listens on
            for each in theirs[:at] + theirs[at + 2 : -1]
        ]
    )
