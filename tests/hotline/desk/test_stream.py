"""Who may listen to the live board, for how long, and how many: looked at again and again, and bounded."""

import asyncio
import time
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.test import Client

from hotline.desk import stream, watchers
from hotline.people.models import Session
from hotline.people.roles import Role, set_role
from hotline.people.sessions import SessionStore, end_sessions_of
from tests.databases import cursor_as
from tests.hotline.desk.browsers import Browser, hurry, play, signed_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])
PENDING = "INSERT INTO hotline_boardpending (at) VALUES (now())"


def sign_out() -> None:
    end_sessions_of(User.objects.get(username="alice").pk)


def take_the_role_away() -> None:
    set_role(User.objects.get(username="bob"), Role.RECIPIENT)


def off_board() -> None:
    User.objects.filter(username="charlie").update(is_active=False)


def all_at_once(*acts: Callable[[], None]) -> None:
    for act in acts:
        act()
    connections.close_all()


def test_a_stream_ends_for_who_signed_out_lost_the_role_was_off_boarded_or_went_idle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hurry(monkeypatch)
    monkeypatch.setattr(stream, "RECHECK_SECONDS", 0.1)
    names = ("alice", "bob", "charlie", "idle", "still")
    cookies = {name: signed_in(name) for name in names}
    idle = SessionStore(cookies["idle"])
    idle["acted_at"] = int(time.time()) - settings.IDLE_SECONDS + 2

    async def scene(application: ASGIHandler) -> None:
        listening = {name: Browser(application, cookie) for name, cookie in cookies.items()}
        for each in listening.values():
            await each.open()
        idle["acted_at"] -= 10
        await asyncio.to_thread(all_at_once, sign_out, take_the_role_away, off_board, idle.save)
        for name in names[:4]:
            await listening[name].ended()
        assert listening["still"].is_open
        await listening["still"].close()
        for cookie in ("", cookies["bob"]):
            none_of_theirs = Browser(application, cookie)
            await none_of_theirs.open()
            assert none_of_theirs.status == 403

    play(scene)


def test_a_persons_oldest_stream_makes_room_for_their_newest_and_there_are_no_more_than_seats(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hurry(monkeypatch)
    monkeypatch.setattr(watchers, "MOST_EACH", 2)
    monkeypatch.setattr(watchers, "MOST", 4)
    alice, bob, charlie = signed_in("alice"), signed_in("bob"), signed_in("charlie")

    async def scene(application: ASGIHandler) -> None:
        colleague, late, later = (Browser(application, each) for each in (bob, charlie, charlie))
        hers = [Browser(application, alice) for _each in range(3)]
        for each in (colleague, *hers, late):
            await each.open()
        await hers[0].ended()
        assert "retry: 600000" in hers[0].text  # it comes back much later
        assert [each.is_open for each in (colleague, *hers[1:], late)] == [True] * 4
        await later.open()
        assert later.status == 503
        await colleague.close()
        await later.open()
        assert later.status == 200
        for each in (late, later, *hers[1:]):
            await each.close()

    play(scene)


def test_a_reader_who_does_not_read_is_dropped_and_nothing_piles_up_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hurry(monkeypatch)
    monkeypatch.setattr(watchers, "UNREAD_SECONDS", 0.2)
    alice, bob = signed_in("alice"), signed_in("bob")

    async def scene(application: ASGIHandler) -> None:
        stuck, reading = Browser(application, alice, reads=False), Browser(application, bob)
        await stuck.open()
        await reading.open()
        with cursor_as("hotline_web") as cursor:
            for told in range(1, 6):
                cursor.execute(PENDING)
                await reading.until(lambda told=told: len(reading.ids) == told)  # type: ignore[misc]
        await stuck.ended()
        assert stuck.ids == []
        assert reading.is_open
        assert len(stream.current_hub().watchers) == 1
        await reading.close()
        assert len(stream.current_hub().watchers) == 0

    play(scene)


def test_an_open_desk_holds_no_database_connection_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    monkeypatch.setattr(stream, "RECHECK_SECONDS", 0.05)
    cookies = [signed_in(name) for name in ("alice", "bob")]

    async def scene(application: ASGIHandler) -> None:
        desks = [Browser(application, cookie) for cookie in cookies for _each in range(4)]
        for each in desks:
            await each.open()
        await asyncio.sleep(0.2)
        with cursor_as("postgres") as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            held = cursor.fetchone()
        for each in desks:
            await each.close()
        assert held in {(3,), (4,)}  # listening, numbering, looking again; and the test's own

    play(scene)


def test_listening_is_no_act_that_keeps_a_session_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    cookie = signed_in("alice")
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    client.get("/cases/")
    session = SessionStore(cookie)
    earlier = session["acted_at"] = session["acted_at"] - settings.IDLE_GRAIN_SECONDS - 1
    session.save()

    async def scene(application: ASGIHandler) -> None:
        browser = Browser(application, cookie)
        await browser.open()
        await browser.close()

    play(scene)
    assert Session.objects.count() == 1
    assert SessionStore(cookie)["acted_at"] == earlier
    client.get("/cases/")
    assert SessionStore(cookie)["acted_at"] > earlier
