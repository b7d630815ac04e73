"""When the sequencer must not sign, it does not; and recording goes on."""

import base64

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from audit import queries, trusted_keys
from audit.external import ExternalLog
from audit.models import Entry, Pending
from audit.sequencer import CheckpointLost, HeadNotReproduced, Sequencer, TrailShorter
from audit.trusted_keys import KeyNotTrusted
from audit.verification.findings import Kind, Result
from audit.verification.run import verify
from tests.audit.factories import make_entries
from tests.audit.roles import as_role, seal, tamper

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("any_role")]


@pytest.fixture
def log(any_role: None) -> ExternalLog:
    """A trail of three sealed entries and one that waits."""
    make_entries(3)
    seal()
    make_entries(1)
    return ExternalLog.of(settings.AUDIT_CHECKPOINT_DIR, 1)


def assert_stopped(log: ExternalLog, error: type[Exception]) -> None:
    before = log.newest_note()
    with pytest.raises(error):
        seal()
    assert log.newest_note() == before
    assert Pending.objects.count() == 1
    assert error.__name__ in queries.sequencer_alarm()
    make_entries(1)
    assert Entry.objects.count() == 5


def test_leaves_that_do_not_reproduce_the_root_are_not_signed(log: ExternalLog) -> None:
    tamper("UPDATE audit_leaf SET hash = sha256(hash) WHERE index = 1")

    assert_stopped(log, HeadNotReproduced)


def test_a_gap_in_the_leaves_is_not_signed_over(log: ExternalLog) -> None:
    tamper("DELETE FROM audit_leaf WHERE index = 1")

    assert_stopped(log, HeadNotReproduced)


def test_a_trail_that_became_shorter_is_not_signed(log: ExternalLog) -> None:
    tamper("DELETE FROM audit_leaf WHERE index = 2")

    assert_stopped(log, TrailShorter)


def test_a_lost_checkpoint_is_not_replaced(log: ExternalLog) -> None:
    (log.folder / "checkpoint").unlink()

    with pytest.raises(CheckpointLost):
        seal()

    assert "CheckpointLost" in queries.sequencer_alarm()
    assert verify().result is Result.TAMPERED


def test_a_checkpoint_with_a_foreign_signature_is_not_followed(log: ExternalLog) -> None:
    path = log.folder / "checkpoint"
    path.write_text(path.read_text(encoding="utf-8").replace("\n3\n", "\n2\n"), encoding="utf-8")

    assert_stopped(log, CheckpointLost)
    verdict = verify()
    assert verdict.first is not None
    assert verdict.first.kind is Kind.UNSIGNED


def test_a_long_running_sequencer_sees_tampering_in_the_last_tile() -> None:
    make_entries(3)
    with as_role("hotline_sequencer"):
        sequencer = Sequencer()
        sequencer.seal()
        tamper("UPDATE audit_leaf SET hash = sha256(hash) WHERE index = 1")

        with pytest.raises(HeadNotReproduced):
            sequencer.seal()


def test_another_key_signs_only_after_it_was_introduced(
    log: ExternalLog, capsys: pytest.CaptureFixture[str]
) -> None:
    new = bytes(range(32))
    with override_settings(AUDIT_SIGNING_KEY_BYTES=new), pytest.raises(KeyNotTrusted):
        seal()
    path = settings.AUDIT_CHECKPOINT_DIR / "new.key"
    path.write_text(base64.b64encode(new).decode())

    with as_role("hotline_sequencer"):
        call_command("trust_audit_key", str(path))

    assert "trusted from size" in capsys.readouterr().out
    with pytest.raises(KeyNotTrusted):
        seal()
    with override_settings(AUDIT_SIGNING_KEY_BYTES=new):
        assert seal().size == 4
    assert [(key.first_size, key.last_size) for key in trusted_keys.load(log.folder)] == [(1, 3), (4, None)]
    assert verify().result is Result.WHOLE
