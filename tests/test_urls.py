"""The pages a stranger gets are exactly the listed ones; everything else asks who is there."""

import re
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from hotline.people.roles import Role
from tests.hotline.people.factories import signed_in

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
SAMPLES = {
    "str": "A-222222",
    "slug": "sample",
    "int": "1",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "path": "x",
}
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
    "api:figures",
    "api:municipalities",
    "api:schema",
    "live:board",
    "people:accept",
    "people:demo-sign-in",
}
CLOSED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.UNAUTHORIZED}


def addresses(resolver: URLResolver, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """Give the name and a sample path of every address."""
    for pattern in resolver.url_patterns:
        path = prefix + sample(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern, path, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}", "/" + path


def sample(route: str) -> str:
    """Fill in the parts of a route that vary."""
    plain = re.sub(r"\(\?P<[^>]+>[^)]*\)", "sample", route)
    plain = plain.replace("^", "").replace("$", "").replace("\\Z", "")
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES[found[1] or "str"], plain)


def views(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, object]]:
    """Give the name and the view of every address."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}", pattern.callback


ADDRESSES = sorted(set(addresses(get_resolver())))


def is_open(client: Client, path: str) -> bool:
    """Tell whether a stranger gets something other than the way to sign in or a refusal."""
    response = client.get(path)
    if response.status_code in CLOSED:
        return False
    return not response.headers.get("Location", "").startswith(settings.LOGIN_URL)


def test_a_stranger_gets_exactly_the_listed_pages(client: Client) -> None:
    found = {name for name, path in ADDRESSES if is_open(client, path)}
    assert found - {"home"} == PUBLIC - {"home"}


def test_every_other_page_names_the_permission_it_asks_for() -> None:
    unguarded = {
        name for name, view in views(get_resolver()) if not getattr(view, "required_permission", "") and name
    }
    assert {name for name in unguarded if not name.startswith(("account_", "mfa_", "webhooks:"))} == UNGUARDED


def test_no_address_breaks_for_a_stranger(client: Client) -> None:
    broken = [
        (name, response.status_code)
        for name, path in ADDRESSES
        for response in (client.get(path), client.post(path))
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
    ]
    assert {name for name, _status in broken} <= {"operations:ready"}, broken


@pytest.mark.parametrize("role", Role.values)
def test_no_address_breaks_on_a_reference_that_no_database_takes(role: str) -> None:
    client = signed_in("alice", role)
    paths = {path.replace("A-222222", "A%00") for _name, path in ADDRESSES if "A-222222" in path}
    assert paths
    assert {client.get(path).status_code for path in paths} == {HTTPStatus.NOT_FOUND}


def test_the_list_of_addresses_is_not_empty_by_mistake() -> None:
    names = {name for name, _path in ADDRESSES}
    assert {
        "desk:desk",
        "cases:detail",
        "referrals:portal-inbox",
        "audit:trail",
        "webhooks:step",
    } <= names
