from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from hotline import checks


def ids(check: checks.Check) -> set[str]:
    return {str(each.id) for each in check(None)}


@pytest.fixture
def production(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Settings as a sound production host has them."""
    settings.HOTLINE_DEMO, settings.DEBUG, settings.EMBEDDED_DATABASE = False, False, False
    settings.SECOND_FACTOR_FORCED, settings.VAR_DIR = True, tmp_path
    settings.PUBLIC_BASE_URL, settings.ALLOWED_HOSTS = "https://line.example.se", ["line.example.se"]
    return settings


def test_sound_settings_pass(production: Settings) -> None:
    assert ids(checks.not_a_demo) | ids(checks.doors_are_closed) | ids(checks.keys_are_sound) == set()


@pytest.mark.parametrize(
    ("name", "value", "identity"),
    [
        ("HOTLINE_DEMO", True, "hotline.E001"),
        ("EMBEDDED_DATABASE", True, "hotline.E003"),
        ("DEBUG", True, "hotline.E004"),
        ("SECOND_FACTOR_FORCED", False, "hotline.E005"),
        ("PUBLIC_BASE_URL", "http://line.example.se", "hotline.E006"),
        ("ALLOWED_HOSTS", ["*"], "hotline.E007"),
    ],
)
def test_each_setting_that_must_never_serve_is_refused(
    production: Settings, name: str, value: object, identity: str
) -> None:
    setattr(production, name, value)

    assert ids(checks.not_a_demo) | ids(checks.doors_are_closed) == {identity}


def test_the_demos_settings_lying_about_are_refused(production: Settings, tmp_path: Path) -> None:
    (tmp_path / "demo.env").write_text("HOTLINE_DEMO=1\n", encoding="utf-8")

    assert ids(checks.not_a_demo) == {"hotline.E002"}


def test_a_short_key_is_refused(production: Settings) -> None:
    production.SECRET_KEY = "short"

    assert ids(checks.keys_are_sound) == {"hotline.E009"}


def test_one_key_for_two_purposes_is_refused(production: Settings) -> None:
    production.AUDIT_SIGNING_KEY_BYTES = production.AUDIT_MAC_KEY_BYTES

    assert ids(checks.keys_are_sound) == {"hotline.E010"}


def test_an_empty_keyring_is_refused(production: Settings, tmp_path: Path) -> None:
    production.KEYRING_DIR = tmp_path / "nothing"

    assert "hotline.E008" in ids(checks.keys_are_sound)


@pytest.mark.django_db(databases=["default", "keys"])
def test_two_databases_on_one_server_are_refused(production: Settings) -> None:
    assert {"hotline.E012", "hotline.E014"} == ids(checks.databases_are_apart)


def test_a_provider_that_is_set_up_by_half_is_told(production: Settings) -> None:
    assert ids(checks.providers_are_whole) == set()

    production.ELKS_PATH_SECRET = "only this"

    assert ids(checks.providers_are_whole) == {"hotline.E015"}
