"""The one day that all journeys walk through."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from tests.databases import renew_databases
from tests.journeys.day import Day, a_day


@pytest.fixture(scope="module")
def day(django_db_setup: None, django_db_blocker: DjangoDbBlocker, chromium: Browser) -> Iterator[Day]:
    """A served house for the whole module, whose databases are thrown away after it."""
    with django_db_blocker.unblock():
        with a_day(chromium) as day:
            yield day
        renew_databases()
