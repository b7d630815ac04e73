from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from hotline.people.models import Session
from hotline.people.sessions import SessionStore, end_sessions_of, stored_key
from tests.hotline.people.factories import just_signed_in, make_person

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
PAGE = "/accessibility/"  # a page that asks for nothing: what it costs, it costs many times here
REFRESHED_EVERY_S = 5 * 60
JUST_BEFORE_IDLE_S = settings.IDLE_SECONDS - 60


def with_cookie(value: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = value
    return client


def test_the_cookie_opens_the_session_and_the_stolen_row_does_not() -> None:
    cookie = just_signed_in("alice", "administrator").cookies[settings.SESSION_COOKIE_NAME].value
    row = Session.objects.get(user__username="alice")

    assert row.session_key != cookie
    assert with_cookie(cookie).get("/people/").status_code == 200
    assert with_cookie(row.session_key).get("/people/").status_code == 302


def test_a_row_says_nothing_of_what_the_session_holds() -> None:
    store = SessionStore()
    store["mfa.totp.secret"] = "PLANTEDSECRET"
    store.save()
    row = Session.objects.get(session_key=stored_key(store.session_key or ""))

    assert "PLANTEDSECRET" not in row.session_data
    assert SessionStore().decode(row.session_data) == {}
    assert SessionStore(store.session_key)["mfa.totp.secret"] == "PLANTEDSECRET"


def test_one_sessions_contents_do_not_open_in_anothers_row() -> None:
    alices, charlies = SessionStore(), SessionStore()
    alices["secret"], charlies["secret"] = "alice's", "charlie's"
    alices.save()
    charlies.save()
    stolen = Session.objects.get(session_key=stored_key(alices.session_key or "")).session_data
    Session.objects.filter(session_key=stored_key(charlies.session_key or "")).update(session_data=stolen)

    assert SessionStore(charlies.session_key).load() == {}


def test_ending_alices_sessions_ends_all_of_hers_and_none_of_bobs() -> None:
    alice, bob = just_signed_in("alice", "administrator"), just_signed_in("bob", "administrator")
    other = Client()
    other.force_login(make_person("carol"))

    ended = end_sessions_of(Session.objects.get(user__username="alice").user_id or 0)

    assert ended == 1
    assert alice.get("/people/").status_code == 302
    assert bob.get("/people/").status_code == 200


def test_half_an_hour_without_an_act_ends_the_session() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = just_signed_in("alice", "administrator")
        assert client.get("/people/").status_code == 200
        clock.shift(timedelta(seconds=settings.IDLE_SECONDS + 1))

        page = client.get("/people/")

    assert page.status_code == 302
    assert page.headers["Location"].startswith("/accounts/login/")


def test_the_pages_own_refreshing_is_no_act() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = just_signed_in("alice", "administrator")
        client.get("/people/")
        statuses = []
        for _refreshing in range(settings.IDLE_SECONDS // REFRESHED_EVERY_S + 1):
            clock.shift(timedelta(seconds=REFRESHED_EVERY_S))
            statuses.append(client.get(PAGE, headers={"x-background": "1"}).status_code)

    assert statuses == [200] * (len(statuses) - 1) + [302]


def test_no_session_outlives_a_working_day_however_busy() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = just_signed_in("alice", "administrator")
        statuses = []
        for _act in range(settings.SESSION_COOKIE_AGE // JUST_BEFORE_IDLE_S + 1):
            clock.shift(timedelta(seconds=JUST_BEFORE_IDLE_S))
            statuses.append(client.get(PAGE).status_code)

    assert statuses == [200] * (len(statuses) - 1) + [302]


def test_a_fragment_asked_for_after_the_end_sends_the_whole_page_to_sign_in(client: Client) -> None:
    page = client.get("/people/", headers={"hx-request": "true"})

    assert page.status_code == 204
    assert page.headers["HX-Redirect"].startswith("/accounts/login/")
