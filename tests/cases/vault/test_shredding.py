import json
import uuid
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from audit.actions import Action
from audit.models import Entry
from audit.services import Subject
from cases.vault import destruction_log, shredding
from cases.vault.keyring import KeyringFault
from cases.vault.models import Destruction, WrappingVersion
from cases.vault.services import Unreadable, destroy_keys, keys_of
from tests.cases.vault.sealing import ALICE, SENTENCE, Destroy, make_owner, make_sealed

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def certificates(reason: str = "purged") -> list[Entry]:
    return list(Entry.objects.filter(action=Action.KEYS_DESTROYED, facts__reason=reason))


def test_a_destroyed_text_is_unreadable_and_other_texts_are_not(destroy: Destroy) -> None:
    note, other = make_sealed(), make_sealed()
    assert destroy(note) == 1
    with pytest.raises(Unreadable):
        note.read()
    assert keys_of(note.owner) == []
    assert other.read() == SENTENCE


def test_the_certificate_names_both_dates_and_the_staffs_reference(destroy: Destroy) -> None:
    note = make_sealed()
    made_at = timezone.now() - timedelta(days=12)
    WrappingVersion.objects.create(purpose="notes", version=1, made_at=made_at)
    before = timezone.now()
    destroy(note, Subject("case", "A-7KQ2MX"))
    (entry,) = certificates()
    running = Destruction.objects.get(pk=note.key).unreadable_running_at
    assert running is not None
    assert before <= running <= timezone.now()
    assert entry.facts == {
        "keys": 1,
        "reason": "purged",
        "unreadable_running_at": running.isoformat(),
        "unreadable_everywhere_by": (made_at + timedelta(days=60)).isoformat(),
    }
    assert (entry.actor_label, entry.subject_kind, entry.subject_reference) == ("alice", "case", "A-7KQ2MX")


def test_an_overdue_rotation_moves_the_second_date(destroy: Destroy) -> None:
    note = make_sealed()
    WrappingVersion.objects.create(purpose="notes", version=1, made_at=timezone.now() - timedelta(days=100))
    destroy(note)
    destruction = Destruction.objects.get(pk=note.key)
    assert destruction.unreadable_running_at is not None
    assert destruction.unreadable_everywhere_by == destruction.unreadable_running_at + timedelta(days=30)


def test_the_destruction_is_written_beside_the_checkpoints_too(destroy: Destroy) -> None:
    note = make_sealed()
    destroy(note)
    path = settings.AUDIT_CHECKPOINT_DIR / "destructions.log"
    (line,) = path.read_text().splitlines()
    assert json.loads(line)["key_id"] == str(note.key)
    assert path.stat().st_mode & 0o077 == 0
    (read,) = destruction_log.read().lines
    assert read == shredding.line_of(Destruction.objects.get(pk=note.key))


def test_a_rolled_back_purge_destroys_nothing() -> None:
    note = make_sealed()
    with transaction.atomic():
        destroy_keys(actor=ALICE, owner=note.owner, reason="purged")
        transaction.set_rollback(True)
    assert note.read() == SENTENCE
    assert not Destruction.objects.exists()
    assert certificates() == []


def test_nothing_is_destroyed_before_the_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    note = make_sealed()
    with django_capture_on_commit_callbacks(execute=True):
        destroy_keys(actor=ALICE, owner=note.owner, reason="purged")
        assert note.read() == SENTENCE
    with pytest.raises(Unreadable):
        note.read()


def test_what_a_crash_leaves_undone_is_finished_later(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    for step in ("unreadable_everywhere_by", "delete_keys", "vacuum_keys", "line_of"):
        note = make_sealed()
        broken = patch.object(shredding, step, side_effect=KeyringFault("gone"))
        with broken, django_capture_on_commit_callbacks(execute=True):
            destroy_keys(actor=ALICE, owner=note.owner, reason=step)
        assert Destruction.objects.get(pk=note.key).unreadable_running_at is None
        assert certificates(step) == []
        assert shredding.finish_destructions(actor=ALICE) == 1
        assert shredding.finish_destructions(actor=ALICE) == 0
        with pytest.raises(Unreadable):
            note.read()
        assert len(certificates(step)) == 1


def test_destroying_twice_certifies_once(
    destroy: Destroy, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    note = make_sealed()
    with django_capture_on_commit_callbacks(execute=True):
        destroy_keys(actor=ALICE, owner=note.owner, reason="purged")
        destroy_keys(actor=ALICE, owner=note.owner, reason="purged")
    assert destroy(note) == 0
    assert len(certificates()) == 1
    assert len(destruction_log.read().lines) == 1


def test_an_owner_without_keys_leaves_no_trace() -> None:
    assert destroy_keys(actor=ALICE, owner=make_owner(), reason="purged") == 0
    assert not Entry.objects.exists()


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_the_deleted_row_is_vacuumed_away() -> None:
    note = make_sealed()
    destroy_keys(actor=ALICE, owner=note.owner, reason="purged")
    with connections["keys"].cursor() as cursor:
        cursor.execute(
            "SELECT n_dead_tup, vacuum_count FROM pg_stat_all_tables WHERE relname = 'cases_datakey'"
        )
        dead, vacuums = cursor.fetchone()
    assert (dead, vacuums >= 1) == (0, True)


def test_a_destruction_has_both_dates_or_none() -> None:
    with pytest.raises(IntegrityError):
        Destruction.objects.create(
            key_id=uuid.uuid4(),
            owner_kind="case",
            owner_id=uuid.uuid4(),
            unreadable_running_at=timezone.now(),
        )


def test_a_line_torn_by_a_crash_is_skipped_and_the_next_one_is_whole(destroy: Destroy) -> None:
    first, second = make_sealed(), make_sealed()
    destroy(first)
    path = settings.AUDIT_CHECKPOINT_DIR / "destructions.log"
    with path.open("ab") as file:
        file.write(b'{"key_id": "0a1b')
    destroy(second)
    log = destruction_log.read()
    assert [line.key_id for line in log.lines] == [first.key, second.key]
    assert log.torn == 1
    assert [line.key_id for line in destruction_log.read_newest(1)] == [second.key]
