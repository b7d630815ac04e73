"""The people of a module's scene, by name."""

import pytest
from django.contrib.auth.models import User


@pytest.fixture
def alice(scene: dict[str, User]) -> User:
    return scene["alice"]


@pytest.fixture
def bob(scene: dict[str, User]) -> User:
    return scene["bob"]


@pytest.fixture
def charlie(scene: dict[str, User]) -> User:
    return scene["charlie"]
