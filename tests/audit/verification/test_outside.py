"""Whatever is done to the tiles and checkpoints outside the database is named."""

import json
import shutil

import pytest
from django.conf import settings

from audit.external import ExternalLog
from audit.verification.findings import Kind, Result
from audit.verification.run import verify
from tests.audit.trails import Trail, make_trail, seal_five
from tests.worlds import World

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("any_role")]


@pytest.fixture(scope="module")
def trail(superuser_session: None, world: World, tmp_path_factory: pytest.TempPathFactory) -> Trail:
    return make_trail(world, tmp_path_factory.mktemp("trail") / "checkpoints", seal_five)


@pytest.fixture
def log(trail: Trail, any_role: None) -> ExternalLog:
    """A trail that was signed at sizes 3 and 5."""
    trail.laid_out()
    return ExternalLog.of(settings.AUDIT_CHECKPOINT_DIR, 1)


def assert_found(kind: Kind, words: str) -> None:
    verdict = verify()
    assert verdict.result is Result.TAMPERED
    assert any(each.kind is kind and words in each.detail for each in verdict.findings), verdict.findings


def test_a_changed_tile_is_named(log: ExternalLog) -> None:
    tile = log.folder / "tile/0/000.p/5"
    content = bytearray(tile.read_bytes())
    content[40] ^= 1
    tile.write_bytes(bytes(content))

    assert_found(Kind.CHANGED, "do not add up")


def test_a_missing_tile_is_named(log: ExternalLog) -> None:
    shutil.rmtree(log.folder / "tile")

    assert_found(Kind.MISSING, "tile 0")


def test_a_changed_kept_checkpoint_is_named(log: ExternalLog) -> None:
    kept = log.folder / "checkpoints/000"
    kept.write_text(kept.read_text(encoding="utf-8").replace("\n3\n", "\n4\n"), encoding="utf-8")

    assert_found(Kind.UNSIGNED, "no trusted signature")


def test_a_removed_kept_checkpoint_is_named(log: ExternalLog) -> None:
    (log.folder / "checkpoints/000").unlink()

    assert_found(Kind.EXTRA, "that were not kept")


def test_an_older_checkpoint_put_back_is_named(log: ExternalLog) -> None:
    (log.folder / "checkpoint").write_text(next(log.kept_notes()), encoding="utf-8")

    assert_found(Kind.CHANGED, "is older than")


def test_a_lost_folder_is_named(log: ExternalLog) -> None:
    shutil.rmtree(log.folder)

    assert_found(Kind.MISSING, "generation 1 are gone")


def test_a_key_that_is_not_trusted_any_more_is_named(log: ExternalLog) -> None:
    keys = json.loads((log.folder / "keys.json").read_text(encoding="utf-8"))
    keys[0]["last_size"] = 4
    (log.folder / "keys.json").write_text(json.dumps(keys), encoding="utf-8")

    assert_found(Kind.UNSIGNED, "newest checkpoint")
