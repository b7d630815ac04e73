"""Every test of the vault has a keyring of its own and a process that remembers nothing."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from audit.services import Subject
from cases.vault.keyring import LocalKeyring
from cases.vault.pseudonyms import forget_period_keys
from cases.vault.services import destroy_keys
from hotline.demo.secrets import make_keyring
from tests.cases.vault.sealing import ALICE, Destroy, SealedNote


@pytest.fixture(scope="session")
def first_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first version of every key; each test begins with a copy."""
    folder = tmp_path_factory.mktemp("first_keys") / "keyring"
    make_keyring(folder)
    return folder


@pytest.fixture(autouse=True)
def ring(first_keys: Path, tmp_path: Path, settings: Settings) -> LocalKeyring:
    """A keyring in the test's own folder, named by the settings."""
    settings.KEYRING_DIR = tmp_path / "keyring"
    settings.VAULT_KEY_HOLDERS = []
    settings.VAULT_FINGERPRINT_HOLDERS = []
    shutil.copytree(first_keys, settings.KEYRING_DIR)
    return LocalKeyring(settings.KEYRING_DIR)


@pytest.fixture
def destroy(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Destroy:
    """Destroy a note's keys and commit, within the test's own transaction."""

    def destroy_and_commit(note: SealedNote, subject: Subject | None = None) -> int:
        with django_capture_on_commit_callbacks(execute=True):
            return destroy_keys(actor=ALICE, owner=note.owner, reason="purged", subject=subject)

    return destroy_and_commit


@pytest.fixture(autouse=True)
def _remember_no_periods() -> Iterator[None]:
    forget_period_keys()
    yield
    forget_period_keys()
