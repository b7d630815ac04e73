import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from hotline.demo.accounts import create_accounts
from hotline.people.roles import Role
from tests.hotline.people.factories import make_demo, sign_in
from tests.worlds import World

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
PATH = "/people/demo-sign-in/"


@pytest.fixture(scope="module")
def demo(world: World) -> list[User]:
    return world.make(make_demo)


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.usefixtures("demo")
def test_in_the_demo_one_press_signs_each_role_in(settings: Settings, client: Client, role: str) -> None:
    settings.HOTLINE_DEMO = True

    assert client.post(PATH, {"role": role}).status_code == 302

    assert User.objects.get(pk=client.session["_auth_user_id"]).groups.get().name == role


@pytest.mark.usefixtures("demo")
def test_outside_the_demo_the_press_leads_nowhere(client: Client) -> None:
    assert client.post(PATH, {"role": Role.ADMINISTRATOR}).status_code == 404
    assert "demo-sign-in" not in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("headers", [{"REMOTE_ADDR": "192.0.2.8"}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}])
@pytest.mark.usefixtures("demo")
def test_from_another_machine_the_press_leads_nowhere(settings: Settings, headers: dict[str, str]) -> None:
    settings.HOTLINE_DEMO = True

    assert Client(**headers).post(PATH, {"role": Role.ADMINISTRATOR}).status_code == 404  # type: ignore[arg-type]


@pytest.mark.usefixtures("demo")
def test_the_press_never_signs_in_to_an_account_that_is_not_the_demos(
    settings: Settings, client: Client
) -> None:
    settings.HOTLINE_DEMO = True
    User.objects.filter(username="kurator-1").update(email="kurator-1@example.org")

    with pytest.raises(User.DoesNotExist):
        client.post(PATH, {"role": Role.COUNSELLOR})


@pytest.mark.usefixtures("demo")
def test_the_press_needs_the_forms_token(settings: Settings) -> None:
    settings.HOTLINE_DEMO = True

    assert Client(enforce_csrf_checks=True).post(PATH, {"role": Role.AUDITOR}).status_code == 403


def test_making_the_accounts_twice_makes_them_once_and_without_passwords(demo: list[User]) -> None:
    first, second = demo, create_accounts()

    assert [person.pk for person in first] == [person.pk for person in second]
    assert not any(person.has_usable_password() for person in second)
    assert sign_in(Client(), "kurator-1", "") == 200
