"""The pages a stranger gets are exactly the listed ones; everything else asks who is there."""

from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client

from tests.matrix.addresses import addresses

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
EVERY = addresses()
PUBLIC = {
    "home",
    "account_inactive",
    "account_login",
    "operations:accessibility",
    "operations:health",
    "operations:ready",
    "set_language",
}
# These ask in their own way, and each has its own tests: programs, the stream, an invitation, the demo's button.
UNGUARDED = (PUBLIC - {"account_inactive", "account_login"}) | {
    "api:schema",
    "api:token",
    "api:unknown",
    "live:board",
    "people:accept",
    "people:demo-sign-in",
    "referrals:welcome",
}
CLOSED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.UNAUTHORIZED}


def is_open(client: Client, path: str) -> bool:
    """Tell whether a stranger gets something other than the way to sign in or a refusal."""
    response = client.get(path)
    if response.status_code in CLOSED:
        return False
    return not response.headers.get("Location", "").startswith(settings.LOGIN_URL)


def test_a_stranger_gets_exactly_the_listed_pages(client: Client) -> None:
    """What names a permission is asked for by strangers, too, in tests/matrix."""
    found = {
        address.name for address in EVERY if not address.sufficient and is_open(client, address.path({}))
    }
    assert found - {"home"} == PUBLIC - {"home"}


def test_every_other_page_names_the_permission_it_asks_for() -> None:
    unguarded = {address.name for address in EVERY if not address.permission}
    assert {name for name in unguarded if not name.startswith(("account_", "mfa_", "webhooks:"))} == UNGUARDED


def test_no_address_breaks_for_a_stranger(client: Client) -> None:
    broken = [
        (address.name, response.status_code)
        for address in EVERY
        if not address.sufficient
        for response in (client.get(address.path({})), client.post(address.path({})))
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
    ]
    assert {name for name, _status in broken} <= {"operations:ready"}, broken


def test_no_address_breaks_on_a_reference_that_no_database_takes(client: Client) -> None:
    assert client.get("/cases/A%00/").status_code == HTTPStatus.NOT_FOUND


def test_the_list_of_addresses_is_not_empty_by_mistake() -> None:
    names = {address.name for address in EVERY}
    expected = {"desk:desk", "cases:detail", "referrals:portal-inbox", "audit:trail", "webhooks:step"}
    assert expected <= names
