"""Fixtures that every room's tests share."""

import atexit
import gc
import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker, Settings

from audit import refusals
from tests.browser import NO_CHROMIUM, chromium, context, driver, still_chromium
from tests.databases import cursor_as, drop_databases, make_databases, renew_databases
from tests.worlds import World, copied, opened

__all__ = ["chromium", "context", "still_chromium"]
Cursor = psycopg.Cursor[tuple[object, ...]]
# What a run looks for by chance; HYPOTHESIS=thorough looks ten times as long.
for name, examples in (("quick", 40), ("thorough", 400)):
    hypothesis_settings.register_profile(name, max_examples=examples)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS", "quick"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give this run its own databases, reached as the restricted role hotline_web."""
    run = f"{os.getpid()}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with django_db_blocker.unblock():
        make_databases(run)
        yield
        atexit.unregister(refusals._flush_at_exit)  # what tests counted has no database any more
        drop_databases()


@pytest.fixture(autouse=True, scope="session")
def _fresh_databases_after_transactional_tests() -> Iterator[None]:
    """Copy the templates again instead of truncating, which the trail's triggers rightly refuse."""
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: renew_databases())
    yield
    patch.undo()


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """What a module's tests begin with is made in here, once."""
    with opened(django_db_blocker) as world:
        yield world


@pytest.fixture(scope="module")
def begun(world: World, request: pytest.FixtureRequest) -> Any:
    """What the module's `make_scene` makes, once."""
    return world.make(request.module.make_scene)


@pytest.fixture
def scene(begun: Any) -> Any:
    """A test's own copy of the module's scene."""
    return copied(begun)


@pytest.fixture(autouse=True)
def _own_folders(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> None:
    """Keep what a test writes outside the database in a folder of its own, which is made by who writes."""
    folder = tmp_path_factory.getbasetemp() / f"test{id(request.node)}"
    settings.AUDIT_CHECKPOINT_DIR = folder / "checkpoints"
    settings.SPOOL_DIR = folder / "spool"
    settings.VAR_DIR = folder / "var"


@pytest.fixture(autouse=True)
def _own_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no thread that an earlier test left write what that test counted into this one's trail."""
    monkeypatch.setattr(refusals, "_counter", refusals.RefusalCounter())


@pytest.fixture
def owner_cursor(transactional_db: None) -> Iterator[Cursor]:
    """A cursor as the owner of the tables: for what only migrations may do."""
    with cursor_as("hotline_owner") as cursor:
        yield cursor


@pytest.fixture
def superuser_cursor(transactional_db: None) -> Iterator[Cursor]:
    """A cursor as the dishonest administrator who may do everything."""
    with cursor_as("postgres") as cursor:
        yield cursor


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin at equal distances with what takes longest, so that nobody is left alone with it: three workers are usual.

    What needs a browser stands together, the matrix begins the last third.
    """
    browsing = [item for item in items if item.get_closest_marker("browser")]
    matrix = [item for item in items if item.path.name == "test_matrix.py"]
    others = [item for item in items if item not in {*browsing, *matrix}]
    third = len(items) // 3
    last = max(third, 2 * third - len(browsing))
    items[:] = [*others[:third], *browsing, *others[third:last], *matrix, *others[last:]]


def pytest_collection_finish() -> None:
    """Leave what was loaded by now out of every later search for garbage."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Keep the browser from one of its tests to the next, and from all others."""
    if item.get_closest_marker("browser"):
        driver.begin()
    else:
        driver.end()


def pytest_sessionfinish() -> None:
    """Close the browser."""
    driver.end()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly where the browser tests did not run."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any(NO_CHROMIUM in str(report.longrepr) for report in skipped):
        terminalreporter.write_sep("!", NO_CHROMIUM, red=True, bold=True)
