"""Number the board's changes after they are committed, and wake the streams.

Writers only insert a row into `hotline_boardpending`: a NOTIFY inside their transaction would make concurrent
commits wait for each other. One notifier at a time (an advisory lock of its own connection) takes what is there,
gives it the next number and notifies. A row that commits late is simply taken in a later pass.
"""

import psycopg
from django.conf import settings
from django.db import connections
from psycopg.conninfo import make_conninfo

CHANNEL = "hotline_board"
NOTIFIER_LOCK = 7_120_203
KEEP_HOURS = 24

NUMBER_PENDING = """
WITH taken AS (DELETE FROM hotline_boardpending RETURNING id),
     numbered AS (INSERT INTO hotline_boardevent (at) SELECT now() WHERE EXISTS (SELECT 1 FROM taken) RETURNING number)
SELECT number, pg_notify(%s, '')::text FROM numbered
"""
NEWEST = "SELECT COALESCE(max(number), 0) FROM hotline_boardevent"
FORGET = """
DELETE FROM hotline_boardevent WHERE at < now() - make_interval(hours => %s)
       AND number < (SELECT max(number) FROM hotline_boardevent)
"""

Connection = psycopg.AsyncConnection[tuple[int]]


def listen_conninfo() -> str:
    """Give the connection string for listening: straight to the server, never through a pooler."""
    if settings.LISTEN_DATABASE_URL:
        return str(settings.LISTEN_DATABASE_URL)
    parameters = connections["default"].get_connection_params()
    return make_conninfo(host=parameters["host"], dbname=parameters["dbname"], user=parameters["user"])


async def become_notifier(connection: Connection) -> bool:
    """Take the notifier's lock for as long as this connection lives; False where another process has it."""
    row = await (
        await connection.execute("SELECT pg_try_advisory_lock(%s)::int", (NOTIFIER_LOCK,))
    ).fetchone()
    return row == (1,)


async def number_pending(connection: Connection) -> int | None:
    """Number what has been committed since the last pass; give the new number, None where nothing was.

    The notification is in the same transaction: who numbers is alone, so nobody waits for it, and none is ever lost.
    """
    row = await (await connection.execute(NUMBER_PENDING, (CHANNEL,))).fetchone()
    return row[0] if row else None


async def newest_number(connection: Connection) -> int:
    """Give the number of the board's newest change, 0 before the first."""
    row = await (await connection.execute(NEWEST)).fetchone()
    return row[0] if row else 0


async def forget_old(connection: Connection) -> None:
    """Drop the numbers nobody resumes from any more; the newest stays, however quiet the days."""
    await connection.execute(FORGET, (KEEP_HOURS,))
