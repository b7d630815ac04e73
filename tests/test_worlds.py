"""A module's beginning is there whole for every test of it, and gone after it."""

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoDbBlocker

from tests.worlds import opened

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def make_scene() -> User:
    return User.objects.create_user(username="alice")


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_one_test_does_to_the_scene_no_other_sees(scene: User, time: str) -> None:
    assert (scene.first_name, User.objects.get().username) == ("", "alice")
    scene.first_name = time
    User.objects.all().delete()


def test_what_was_made_ends_with_the_world(django_db_blocker: DjangoDbBlocker) -> None:
    with opened(django_db_blocker) as world:
        world.make(lambda: User.objects.create_user(username="bob"))
        assert User.objects.filter(username="bob").exists()
    assert not User.objects.filter(username="bob").exists()
