import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from audit.actions import Action
from audit.models import Entry
from cases.vault.services import Unreadable
from hotline.people.second_factor import keys_named
from tests.hotline.people.factories import PASSWORD, SECRET, code_now, make_person, sign_in, signed_in
from tests.worlds import World

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@contextmanager
def signed_in_as(person: User) -> Iterator[None]:
    request = RequestFactory().get("/")
    request.user = person
    with context.request_context(request):
        yield


def enrol(person: User) -> None:
    with signed_in_as(person):
        TOTP.activate(person, SECRET)
        RecoveryCodes.activate(person)


@pytest.fixture(scope="module")
def enrolled(world: World) -> User:
    """Make alice, an administrator with an app and recovery codes."""

    def make() -> User:
        alice = make_person("alice", "administrator")
        enrol(alice)
        return alice

    return world.make(make)


def test_outside_the_demo_nobody_gets_anywhere_without_a_second_factor(settings: Settings) -> None:
    settings.SECOND_FACTOR_FORCED = True
    client = signed_in("bob", "administrator")

    for path in ("/people/", "/people/invite/", "/accounts/password/change/"):
        page = client.get(path)
        assert (page.status_code, page.headers["Location"]) == (302, "/accounts/2fa/")
    assert client.get("/accounts/2fa/").status_code == 200


def test_once_enrolled_the_doors_open(settings: Settings, enrolled: User) -> None:
    settings.SECOND_FACTOR_FORCED = True
    client = Client()
    client.force_login(enrolled, backend="hotline.people.backend.RoleBackend")

    assert client.get("/people/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(settings: Settings) -> None:
    settings.SECOND_FACTOR_FORCED = True
    client = signed_in("bob", "administrator")
    bob = User.objects.get(username="bob")
    with signed_in_as(bob):
        RecoveryCodes.activate(bob)

    assert client.get("/people/").status_code == 302


@pytest.mark.usefixtures("enrolled")
def test_the_password_alone_does_not_sign_in_whoever_has_enrolled(client: Client) -> None:
    assert sign_in(client) == 302
    assert client.get("/people/").headers["Location"].startswith("/accounts/login/")

    client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    assert client.get("/people/").status_code == 200


@pytest.mark.usefixtures("enrolled")
def test_a_code_opens_once(client: Client) -> None:
    code = code_now()
    for browser in (client, Client()):
        sign_in(browser)
        browser.post("/accounts/2fa/authenticate/", {"code": code})

    assert client.get("/people/").status_code == 200
    assert browser.get("/people/").status_code == 302


@pytest.mark.usefixtures("enrolled")
def test_codes_cannot_be_tried_without_end(client: Client) -> None:
    sign_in(client)
    for _attempt in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})

    client.post("/accounts/2fa/authenticate/", {"code": code_now()})

    assert client.get("/people/").status_code == 302


@pytest.mark.usefixtures("enrolled")
def test_the_secrets_are_not_in_the_database() -> None:
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))

    assert SECRET not in stored
    assert "secret" in stored
    assert "seed" in stored


def test_a_secret_copied_into_anothers_row_opens_nothing(enrolled: User) -> None:
    charlie = make_person("charlie")
    stolen = Authenticator.objects.get(user=enrolled, type="totp").data
    copied = Authenticator.objects.create(user=charlie, type="totp", data=stolen)

    with signed_in_as(charlie), pytest.raises(Unreadable):
        TOTP(copied).validate_code(code_now())
    with signed_in_as(enrolled):
        assert TOTP(Authenticator.objects.get(user=enrolled, type="totp")).validate_code(code_now())


@pytest.mark.usefixtures("enrolled")
def test_the_keys_that_stored_secrets_name_are_told_to_reconciliation() -> None:
    named = keys_named()["second_factor"]

    assert len(named) == 2


def test_enrolling_through_the_page_is_recorded(client: Client) -> None:
    make_person("bob")
    sign_in(client, "bob")
    client.get("/accounts/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]

    page = client.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)})

    assert page.status_code == 302
    added = Entry.objects.filter(action=Action.SECOND_FACTOR_ADDED, actor_label="bob")
    assert {entry.facts["type"] for entry in added} == {"totp", "recovery_codes"}


@pytest.mark.usefixtures("enrolled")
def test_the_last_second_factor_cannot_be_taken_off_where_one_is_demanded(
    settings: Settings, client: Client
) -> None:
    settings.SECOND_FACTOR_FORCED = True
    sign_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    cache.clear()
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    question = client.get("/accounts/2fa/totp/deactivate/").content.decode()
    client.post("/accounts/2fa/totp/deactivate/")

    assert "novalidate" in question
    assert " hidden novalidate" not in question  # the button of a form without fields can be pressed
    assert Authenticator.objects.filter(user__username="alice", type="totp").exists()
