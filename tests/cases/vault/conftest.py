"""Every test of the vault has a keyring of its own and a process that remembers nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from cases.vault.keyring import LocalKeyring
from cases.vault.pseudonyms import forget_period_keys
from hotline.demo.secrets import make_keyring


@pytest.fixture(autouse=True)
def ring(tmp_path: Path, settings: Settings) -> LocalKeyring:
    """A keyring in the test's own folder, named by the settings."""
    settings.KEYRING_DIR = tmp_path / "keyring"
    settings.VAULT_KEY_HOLDERS = []
    settings.VAULT_FINGERPRINT_HOLDERS = []
    make_keyring(settings.KEYRING_DIR)
    return LocalKeyring(settings.KEYRING_DIR)


@pytest.fixture(autouse=True)
def _remember_no_periods() -> Iterator[None]:
    forget_period_keys()
    yield
    forget_period_keys()
