"""What tests of the desk begin with, made once for each module: a line, a counsellor and a supervisor."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from hotline.lines.models import Line
from hotline.people.roles import Role
from tests.hotline.factories import enter, make_line
from tests.worlds import World, copied


@pytest.fixture(scope="module")
def the_line(world: World) -> Line:
    return world.make(make_line)


@pytest.fixture
def line(the_line: Line) -> Line:
    return copied(the_line)


@pytest.fixture(scope="module")
def alices_window(world: World) -> Client:
    return world.make(lambda: enter("alice", Role.COUNSELLOR))


@pytest.fixture
def alice(alices_window: Client) -> Client:
    """Give the browser in which alice, a counsellor, is signed in."""
    return copied(alices_window)


@pytest.fixture
def alices_user(alices_window: Client) -> User:
    """Give alice herself."""
    return User.objects.get(username="alice")


@pytest.fixture(scope="module")
def doras_window(world: World) -> Client:
    return world.make(lambda: enter("dora", Role.SUPERVISOR, "+46846500403"))


@pytest.fixture
def dora(doras_window: Client) -> Client:
    """Give the browser in which dora, a supervisor, is signed in."""
    return copied(doras_window)
