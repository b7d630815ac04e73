"""One pass of the sequencer."""

import stat

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from audit import queries
from audit.external import ExternalLog
from audit.merkle import root
from audit.models import Checkpoint, Leaf, Pending
from audit.sequencer import Sequencer, SigningKeyMissing
from audit.tiles import WIDTH
from audit.verification.findings import Result
from audit.verification.run import verify
from tests.audit.factories import make_entries, make_many
from tests.audit.roles import as_role, seal

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("any_role")]


def test_everything_that_waits_gets_a_place_and_a_signed_head() -> None:
    entries = make_entries(3)

    result = seal()

    assert (result.size, result.sealed) == (3, 3)
    leaves = Leaf.objects.order_by("index")
    assert [(leaf.index, leaf.entry_id) for leaf in leaves] == list(enumerate(entries))
    assert result.root == root([bytes(leaf.hash) for leaf in leaves])
    assert not Pending.objects.exists()
    head = ExternalLog.of(settings.AUDIT_CHECKPOINT_DIR, 1).newest()
    assert head is not None
    assert (head.origin, head.size, head.root) == ("testserver/trail/1", 3, result.root)
    assert bytes(Checkpoint.objects.get().root) == result.root


def test_a_pass_with_nothing_to_seal_changes_nothing() -> None:
    make_entries(1)
    seal()
    files = sorted(path.name for path in settings.AUDIT_CHECKPOINT_DIR.rglob("*"))

    assert seal().sealed == 0

    assert Checkpoint.objects.count() == 1
    assert sorted(path.name for path in settings.AUDIT_CHECKPOINT_DIR.rglob("*")) == files


def test_tiles_fill_up_and_their_parts_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.appending.BATCH", 200)
    make_many(WIDTH + 10)
    result = seal()
    make_many(WIDTH - 20)

    again = seal()

    tiles = settings.AUDIT_CHECKPOINT_DIR / "1" / "tile" / "0"
    names = sorted(path.relative_to(tiles).as_posix() for path in tiles.rglob("*") if path.is_file())
    assert names == ["000", "001.p/10", "001.p/210", "001.p/246"]
    assert (result.size, again.size) == (266, 502)
    log = ExternalLog.of(settings.AUDIT_CHECKPOINT_DIR, 1)
    assert log.root(502) == again.root
    assert [note.splitlines()[1] for note in log.kept_notes()] == ["200", "266", "466", "502"]
    assert verify().result is Result.WHOLE


def test_one_sequencer_object_seals_pass_after_pass() -> None:
    with as_role("hotline_sequencer"):
        sequencer = Sequencer()
    for round_ in range(3):
        make_many(120)
        with as_role("hotline_sequencer"):
            assert sequencer.seal().size == 120 * (round_ + 1)

    assert verify().result is Result.WHOLE


def test_what_lies_outside_is_readable_by_all_and_writable_by_its_owner_only() -> None:
    make_entries(1)
    seal()

    for path in (settings.AUDIT_CHECKPOINT_DIR / "1").rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o755 if path.is_dir() else 0o644), path


def test_without_the_signing_key_nothing_is_signed() -> None:
    make_entries(1)

    with override_settings(AUDIT_SIGNING_KEY_BYTES=None), pytest.raises(SigningKeyMissing):
        seal()

    assert ExternalLog.of(settings.AUDIT_CHECKPOINT_DIR, 1).newest_note() is None


def test_the_command_prints_size_and_root(capsys: pytest.CaptureFixture[str]) -> None:
    make_entries(2)
    with as_role("hotline_sequencer"):
        call_command("seal_audit")

    size, printed = capsys.readouterr().out.split()
    assert (size, printed) == ("2", bytes(Checkpoint.objects.get().root).hex())


def test_the_state_tells_how_long_ago_the_checkpoint_was_confirmed() -> None:
    assert queries.checkpoint_age() is None
    make_entries(1)
    assert queries.waiting().count == 1

    seal()

    age = queries.checkpoint_age()
    assert age is not None
    assert 0 <= age.total_seconds() < 30
    assert (queries.sequencer_alarm(), queries.waiting().count) == ("", 0)


def test_an_entry_asked_to_be_sealed_twice_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    (sealed,) = make_entries(1)
    seal()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO audit_pending VALUES (%s)", [sealed])
    make_entries(1)

    assert seal().size == 2

    assert not Pending.objects.exists()
    assert "a second time" in caplog.text


def test_an_entry_that_cannot_be_encoded_stops_nobody_and_is_told() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH entry AS (INSERT INTO audit_entry VALUES (gen_random_uuid(), now(), 'a', 'b', '', '', '', '',"
            " '{\"share\": 0.5}', 1, sha256('')) RETURNING id) INSERT INTO audit_pending SELECT id FROM entry"
        )
    make_entries(2)

    result = seal()

    assert (result.size, result.refused, Pending.objects.count()) == (2, 1, 1)
    assert queries.sequencer_alarm() == "1 entries cannot be encoded"
    assert verify().result is Result.TAMPERED
