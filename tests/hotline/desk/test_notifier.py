"""The board's numbers: given after commit, one at a time, and nothing that commits late is lost."""

import asyncio

import psycopg
import pytest
from django.db import connection

from hotline.desk import notifier
from hotline.desk.hub import Hub
from tests.databases import cursor_as

pytestmark = pytest.mark.django_db(transaction=True)
ADD = "INSERT INTO hotline_boardpending (at) VALUES (now())"


async def connect() -> notifier.Connection:
    return await psycopg.AsyncConnection.connect(notifier.listen_conninfo(), autocommit=True)


async def number_once() -> int | None:
    async with await connect() as connection:
        return await notifier.number_pending(connection)


def test_changes_that_are_there_together_get_one_number_and_one_that_commits_late_the_next() -> None:
    with cursor_as("hotline_web") as slow, cursor_as("hotline_web") as quick:
        slow.execute("BEGIN")
        slow.execute(ADD)
        quick.execute(ADD)
        quick.execute(ADD)
        first = asyncio.run(number_once())
        assert asyncio.run(number_once()) is None
        slow.execute("COMMIT")
    second = asyncio.run(number_once())
    assert first is not None
    assert second == first + 1
    assert asyncio.run(number_once()) is None


@pytest.mark.django_db
def test_the_newest_number_outlives_quiet_days() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO hotline_boardevent (at) SELECT now() - interval '3 days' FROM generate_series(1, 3)"
        )
        cursor.execute("SELECT max(number) FROM hotline_boardevent")
        newest = cursor.fetchone()
        cursor.execute(notifier.FORGET, (notifier.KEEP_HOURS,))
        cursor.execute("SELECT array_agg(number) FROM hotline_boardevent")
        assert cursor.fetchone() == ([newest[0]],)


@pytest.mark.django_db
def test_only_one_process_numbers_at_a_time() -> None:
    async def both() -> tuple[bool, bool]:
        async with await connect() as one, await connect() as other:
            return await notifier.become_notifier(one), await notifier.become_notifier(other)

    assert asyncio.run(both()) == (True, False)


def test_a_waiting_board_is_woken_within_a_second_of_the_commit_and_who_was_away_is_told_at_once() -> None:
    async def wake() -> tuple[int | None, int | None]:
        hub = Hub()
        hub.start()
        waiting = asyncio.create_task(hub.newer_than(0, within_s=5))
        await asyncio.sleep(0.5)
        with cursor_as("hotline_web") as cursor:
            cursor.execute(ADD)
        async with asyncio.timeout(1):
            number = await waiting
        await hub.stop()
        return number, await resume()

    async def resume() -> int | None:
        hub = Hub()
        hub.start()
        await hub.newer_than(0, within_s=5)
        number = await hub.newer_than(hub.newest - 1, within_s=0.01)
        await hub.stop()
        return number

    number, told = asyncio.run(wake())
    assert number is not None
    assert number > 0
    assert told == number
