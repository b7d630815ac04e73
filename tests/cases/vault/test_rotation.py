import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from django.utils import timezone

from audit.actions import Action
from audit.models import Entry
from cases.vault import pseudonyms, register, rotation
from cases.vault.keyring import KeyringFault, LocalKeyring
from cases.vault.models import DataKey, PeriodKey, WrappingVersion
from cases.vault.services import Unreadable
from tests.cases.vault.sealing import ALICE, SENTENCE, SealedNote, make_sealed

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
CALLER = "+46701740605"


class Killed(BaseException):
    """Ends a rotation as kill -9 would: nothing catches it."""


def make_notes(count: int) -> list[SealedNote]:
    return [make_sealed(f"{SENTENCE} {number}") for number in range(count)]


def versions_in_use() -> set[int]:
    return set(DataKey.objects.values_list("wrapping_version", flat=True))


def rotate(**options: object) -> str:
    out = io.StringIO()
    call_command("rotate_keys", stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def test_rotation_wraps_every_key_anew_and_leaves_the_notes_untouched(ring: LocalKeyring) -> None:
    notes = make_notes(7)
    before = {row.pk: bytes(row.wrapped) for row in DataKey.objects.all()}
    done = rotation.rotate(actor=ALICE, purpose="notes", batch=3)
    assert (done.version, done.rewrapped, done.refused) == (2, 7, [])
    assert ring.versions("notes") == [1, 2]
    assert all(bytes(row.wrapped) != before[row.pk] for row in DataKey.objects.all())
    assert [note.read() for note in notes] == [f"{SENTENCE} {number}" for number in range(7)]
    (entry,) = Entry.objects.filter(action=Action.KEYS_ROTATED)
    assert entry.facts == {"purpose": "notes", "version": 2, "rewrapped": 7, "refused": 0}


def test_other_purposes_stay_as_they_are() -> None:
    note, number = make_sealed(), make_sealed(purpose="callbacks")
    rotation.rotate(actor=ALICE, purpose="callbacks")
    assert DataKey.objects.get(pk=note.key).wrapping_version == 1
    assert DataKey.objects.get(pk=number.key).wrapping_version == 2


def test_a_rotation_killed_half_way_is_taken_up_and_not_begun_again(ring: LocalKeyring) -> None:
    notes = make_notes(10)

    def die(_purpose: str, done: int, _total: int) -> None:
        if done >= 4:
            raise Killed

    with pytest.raises(Killed):
        rotation.rotate(actor=ALICE, purpose="notes", batch=2, progress=die)
    assert DataKey.objects.filter(wrapping_version=1).count() == 6
    assert WrappingVersion.objects.get(purpose="notes", version=1).retired_at is None
    assert [note.read() for note in notes] == [f"{SENTENCE} {number}" for number in range(10)]

    done = rotation.rotate(actor=ALICE, purpose="notes", batch=2)
    assert (done.version, done.rewrapped) == (2, 6)
    assert ring.versions("notes") == [1, 2]
    assert versions_in_use() == {2}
    assert WrappingVersion.objects.get(purpose="notes", version=1).retired_at is not None


def test_a_rotation_killed_before_its_version_was_registered_is_taken_up(ring: LocalKeyring) -> None:
    make_notes(2)
    register.register_versions("notes")
    ring.add_version("notes")
    assert rotation.rotate(actor=ALICE, purpose="notes").version == 2
    assert rotation.rotate(actor=ALICE, purpose="notes").version == 3


def test_a_key_destroyed_during_the_rotation_does_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    notes = make_notes(3)
    renew = rotation._renew

    def destroy_meanwhile(purpose: str, row: DataKey | PeriodKey) -> object:
        DataKey.objects.filter(pk=notes[1].key).delete()
        return renew(purpose, row)

    monkeypatch.setattr(rotation, "_renew", destroy_meanwhile)
    assert rotation.rotate(actor=ALICE, purpose="notes").rewrapped == 2
    assert not DataKey.objects.filter(pk=notes[1].key).exists()
    with pytest.raises(Unreadable):
        notes[1].read()


def test_a_key_made_with_the_old_version_during_the_rotation_is_caught_up(ring: LocalKeyring) -> None:
    make_notes(1)
    stragglers: list[SealedNote] = []
    current_version = ring.current_version("notes")

    def straggle(_purpose: str, done: int, _total: int) -> None:
        if done and not stragglers:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(LocalKeyring, "current_version", lambda _ring, _purpose: current_version)
                stragglers.append(make_sealed())

    rotation.rotate(actor=ALICE, purpose="notes", progress=straggle)
    assert versions_in_use() == {2}
    assert stragglers[0].read() == SENTENCE


def test_a_key_that_does_not_open_keeps_the_old_versions_alive(ring: LocalKeyring) -> None:
    broken, sound = make_notes(2)
    DataKey.objects.filter(pk=broken.key).update(wrapped=b"altered")
    with pytest.raises(CommandError, match="1 keys did not open"):
        rotate(purpose=["notes"])
    assert sound.read().startswith(SENTENCE)
    WrappingVersion.objects.filter(version=1).update(retired_at=timezone.now() - timedelta(days=31))
    with pytest.raises(CommandError, match="still wrapped under notes/1"):
        rotate(purpose=["notes"], retire_older_than=timedelta(days=30))
    assert ring.versions("notes") == [1, 2]


def test_period_keys_are_rotated_and_callers_still_recognised() -> None:
    before = pseudonyms.fingerprint(CALLER)
    rotation.rotate(actor=ALICE, purpose="fingerprints")
    pseudonyms.forget_period_keys()
    assert PeriodKey.objects.get().wrapping_version == 2
    assert pseudonyms.fingerprint(CALLER) == before


def test_the_command_rotates_every_purpose_and_says_where_it_is() -> None:
    make_notes(3)
    out, err = io.StringIO(), io.StringIO()
    call_command("rotate_keys", "--batch", "2", stdout=out, stderr=err)
    assert "notes: version 2, 3 keys wrapped anew" in out.getvalue()
    assert out.getvalue().count("version 2") == 5
    assert "notes: 2 of 3" in err.getvalue()


def test_older_versions_are_destroyed_thirty_days_after_they_were_retired(ring: LocalKeyring) -> None:
    note = make_sealed()
    rotate(purpose=["notes"])
    assert "0 older versions destroyed" in rotate(purpose=["notes"], retire_older_than=timedelta(days=30))
    assert ring.versions("notes") == [1, 2]
    WrappingVersion.objects.filter(version=1).update(retired_at=timezone.now() - timedelta(days=30))
    out = io.StringIO()
    call_command("rotate_keys", "--retire-older-than", "30d", stdout=out)
    assert "notes: 1 older versions destroyed" in out.getvalue()
    assert ring.versions("notes") == [2]
    assert WrappingVersion.objects.get(purpose="notes", version=1).destroyed_at is not None
    (entry,) = Entry.objects.filter(action=Action.WRAPPING_KEYS_DESTROYED)
    assert entry.facts == {"purpose": "notes", "up_to": 1, "versions": 1}
    assert note.read() == SENTENCE


def test_a_copy_from_before_is_unreadable_once_its_version_is_destroyed(ring: LocalKeyring) -> None:
    """The second date: the row is put back as from a backup, and its wrapping key is gone everywhere."""
    note = make_sealed()
    backup = DataKey.objects.get(pk=note.key)
    rotate(purpose=["notes"])
    WrappingVersion.objects.filter(version=1).update(retired_at=timezone.now() - timedelta(days=30))
    rotate(purpose=["notes"], retire_older_than=timedelta(days=30))
    backup.save(force_update=True)
    with pytest.raises(KeyringFault, match="destroyed"):
        note.read()


def test_a_daily_job_rotates_only_what_is_due() -> None:
    assert rotate(due=True) == ""
    WrappingVersion.objects.filter(purpose="notes").update(made_at=timezone.now() - timedelta(days=29))
    assert rotate(due=True).splitlines() == ["notes: version 2, 0 keys wrapped anew"]
    assert rotate(due=True) == ""


def test_a_keyring_older_than_the_database_is_refused(ring: LocalKeyring) -> None:
    """Making version 2 a second time would give it another key, and what the first one wrapped would be lost."""
    make_sealed()
    rotate(purpose=["notes"])
    (ring.directory / "notes" / "2.key").unlink()
    with pytest.raises(CommandError, match="restore the newest keyring"):
        rotate(purpose=["notes"])
    assert ring.versions("notes") == [1]


def test_versions_that_outlive_the_promise_are_named() -> None:
    now = timezone.now()
    WrappingVersion.objects.create(
        purpose="notes", version=1, made_at=now, retired_at=now - timedelta(days=32)
    )
    WrappingVersion.objects.create(purpose="notes", version=2, made_at=now - timedelta(days=29))
    WrappingVersion.objects.create(purpose="callbacks", version=1, made_at=now - timedelta(days=32))
    assert register.overdue(now=now) == ["callbacks/1", "notes/1"]


@pytest.mark.parametrize("days", ["30", "d", "-3d", "30 d", "99999d"])
def test_a_period_without_unit_is_refused(days: str) -> None:
    with pytest.raises(CommandError, match="retire-older-than"):
        call_command("rotate_keys", f"--retire-older-than={days}")


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_replaced_wrappings_are_vacuumed_away() -> None:
    make_notes(3)
    rotate(purpose=["notes"])
    with connections["keys"].cursor() as cursor:
        cursor.execute("SELECT n_dead_tup FROM pg_stat_all_tables WHERE relname = 'cases_datakey'")
        assert cursor.fetchone() == (0,)
