import re

import pytest
from django.test import Client

from audit.actions import Action
from audit.models import Entry
from tests.hotline.people.factories import just_signed_in, make_person, sign_in
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
OWN_PAGES = (
    "password/change/",
    "reauthenticate/",
    "2fa/",
    "2fa/webauthn/",
    "2fa/totp/activate/",
    "logout/",
)


@pytest.fixture(scope="module")
def window(world: World) -> Client:
    return world.make(just_signed_in)


@pytest.fixture
def alice(window: Client) -> Client:
    """Give the browser in which alice has just signed in."""
    return copied(window)


def actions_of(username: str) -> list[str]:
    return list(Entry.objects.filter(actor_label=username).order_by("at").values_list("action", flat=True))


def test_one_signs_in_with_username_or_address_and_both_are_in_the_trail(client: Client) -> None:
    make_person("bob")

    assert sign_in(client, "bob") == 302
    assert sign_in(Client(), "bob@example.org") == 302

    assert actions_of("bob") == [Action.SIGNED_IN, Action.SIGNED_IN]


def test_a_wrong_password_lets_nobody_in_and_keeps_no_name(client: Client) -> None:
    make_person("bob")

    assert sign_in(client, "bob", "something else altogether") == 200

    assert "_auth_user_id" not in client.session
    assert actions_of("bob") == []


def test_signing_out_is_recorded_and_ends_the_session(alice: Client) -> None:
    alice.post("/accounts/logout/")

    assert actions_of("alice")[-1] == Action.SIGNED_OUT
    assert alice.get("/people/").status_code == 302


def test_a_sign_in_that_cannot_be_recorded_does_not_happen(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_person("bob")

    def broken(**_facts: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("hotline.people.adapter.record", broken)
    with pytest.raises(RuntimeError):
        sign_in(client, "bob")

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "path", ["signup/", "password/reset/", "email/", "confirm-email/", "3rdparty/", "login/code/"]
)
def test_there_is_no_other_way_in(client: Client, path: str) -> None:
    assert client.get(f"/accounts/{path}").status_code == 404
    assert client.post(f"/accounts/{path}", {"email": "alice@example.org"}).status_code == 404


def test_choosing_a_new_password_is_recorded_and_ends_the_session(alice: Client) -> None:
    new = "fem helt andra ord nu"

    alice.post(
        "/accounts/password/change/",
        {"oldpassword": "fyra vanliga ord till", "password1": new, "password2": new},
    )

    assert Action.PASSWORD_CHANGED in actions_of("alice")
    assert "_auth_user_id" not in alice.session
    assert sign_in(Client(), "alice", new) == 302


def test_every_page_of_ones_own_account_opens_and_leads_to_open_pages_only(alice: Client) -> None:
    links = set[str]()
    for path in OWN_PAGES:
        page = alice.get(f"/accounts/{path}").content.decode()
        assert "<h1>" in page, path
        links |= set(re.findall(r'href="(/accounts/[^"#]*)"', page))

    assert links
    assert [link for link in sorted(links) if alice.get(link).status_code == 404] == []


def test_after_signing_in_each_role_stands_in_its_own_first_room() -> None:
    client = just_signed_in("carol", "administrator")

    page = client.get("/", follow=True)

    assert page.status_code == 200
    assert page.redirect_chain[-1][0] == "/people/"
