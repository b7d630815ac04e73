import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.db import IntegrityError, connection, transaction
from django.test import Client

from audit.actions import Action
from audit.models import Entry
from hotline.people.roles import PERMISSIONS, ROLE_PERMISSIONS, Role, permissions_of, role_of
from tests.hotline.people.factories import make_invitation, make_person, signed_in
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
READS = [("/people/", {"supervisor", "administrator"}), ("/people/person/dora/", {"administrator"})]
WRITES = [
    ("/people/invite/", {"supervisor", "administrator"}),
    ("/people/person/dora/role/", {"administrator"}),
    ("/people/person/dora/credentials/", {"administrator"}),
    ("/people/person/dora/off-board/", {"administrator"}),
]


@pytest.fixture(scope="module")
def doras(world: World) -> User:
    return world.make(lambda: make_person("dora", Role.AUDITOR))


@pytest.fixture
def dora(doras: User) -> User:
    return copied(doras)


@pytest.fixture(scope="module")
def windows(world: World) -> dict[str, Client]:
    """Sign somebody in of each role, who is called like it."""
    return world.make(lambda: {role: signed_in(role, role) for role in Role.values})


@pytest.mark.usefixtures("dora")
@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize(("path", "allowed"), READS)
def test_each_page_opens_to_its_roles_and_records_who_else_came(
    role: str, path: str, allowed: set[str], windows: dict[str, Client]
) -> None:
    status = copied(windows[role]).get(path).status_code

    refused = Entry.objects.filter(action=Action.ACCESS_REFUSED, actor_label=role, actor_role=role)
    assert (status, refused.count()) == ((200, 0) if role in allowed else (403, 1))


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize(("path", "allowed"), WRITES)
def test_each_act_is_open_to_its_roles_only(
    role: str, path: str, allowed: set[str], windows: dict[str, Client], dora: User
) -> None:
    status = copied(windows[role]).post(path, {"role": Role.ADMINISTRATOR}).status_code

    assert (status == 403) == (role not in allowed)
    if role not in allowed:
        dora.refresh_from_db()
        assert dora.is_active
        assert role_of(User.objects.get(pk=dora.pk)) == Role.AUDITOR


@pytest.mark.parametrize(
    ("path", "method"), [(READS[0][0], "get"), (READS[1][0], "get"), (WRITES[0][0], "post")]
)
def test_a_stranger_is_sent_to_sign_in(client: Client, path: str, method: str) -> None:
    page = getattr(client, method)(path)

    assert page.headers["Location"].startswith("/accounts/login/?next=")


def test_an_address_that_takes_forms_only_says_so_in_words(client: Client) -> None:
    page = client.get("/people/person/dora/role/")

    assert (page.status_code, page.headers["Allow"]) == (405, "POST")
    assert "<h1>" in page.content.decode()


def test_no_row_in_the_permission_tables_gives_anybody_anything() -> None:
    charlie = make_person("charlie", Role.AUDITOR)
    charlie.user_permissions.set(Permission.objects.all())
    charlie.groups.get().permissions.set(Permission.objects.all())

    assert not charlie.has_perm("cases.work_cases")
    assert not charlie.has_perm("auth.change_user")
    assert charlie.get_all_permissions() == set(ROLE_PERMISSIONS[Role.AUDITOR])


def test_two_roles_at_once_are_none() -> None:
    charlie = make_person("charlie", Role.AUDITOR)
    charlie.groups.add(Group.objects.get_or_create(name=Role.COUNSELLOR)[0])

    assert permissions_of(User.objects.get(pk=charlie.pk)) == frozenset()


def test_strangers_and_the_off_boarded_have_no_role() -> None:
    charlie = make_person("charlie", Role.COUNSELLOR)
    charlie.is_active = False

    assert role_of(charlie) == role_of(AnonymousUser()) == ""


def test_no_role_both_opens_notes_and_gives_roles_alone() -> None:
    assert not any(
        {"cases.work_cases", "hotline.manage_people"} <= each for each in ROLE_PERMISSIONS.values()
    )
    assert all(name.split(".")[0] in {"hotline", "referrals", "cases", "audit"} for name in PERMISSIONS)


def test_the_database_refuses_a_superuser() -> None:
    make_person("charlie")

    with pytest.raises(IntegrityError, match="hotline_no_superusers"), transaction.atomic():
        User.objects.update(is_superuser=True)
    with pytest.raises(IntegrityError, match="hotline_no_superusers"), transaction.atomic():
        connection.cursor().execute("UPDATE auth_user SET is_superuser = true")


def test_the_list_asks_the_database_as_often_for_three_as_for_one(django_assert_num_queries: object) -> None:
    client = signed_in("alice", Role.ADMINISTRATOR)
    queries = 8
    client.get("/people/")
    with django_assert_num_queries(queries):  # type: ignore[operator]
        client.get("/people/")
    make_person("bob")
    make_person("charlie")
    make_invitation(username="erik")
    make_invitation(username="frida")
    with django_assert_num_queries(queries):  # type: ignore[operator]
        client.get("/people/")
