import io
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from audit.actions import Action
from audit.models import Entry
from cases.vault import destruction_log, pseudonyms, restore_mark
from cases.vault.keyring import LocalKeyring
from cases.vault.models import DataKey, Destruction, PeriodKey
from cases.vault.orphans import sweep_orphans
from cases.vault.restores import reconcile, unreconciled
from cases.vault.services import Unreadable, create_key, destroy_keys
from tests.cases.vault.sealing import ALICE, SENTENCE, Destroy, make_owner, make_sealed

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
named: dict[str, list[UUID]] = {}


def key_ids() -> Mapping[str, Iterable[UUID]]:
    """What a room's rows name: a holder as `VAULT_KEY_HOLDERS` names it."""
    return named


@pytest.fixture(autouse=True)
def _holder(settings: Settings) -> Iterator[None]:
    settings.VAULT_KEY_HOLDERS = [f"{__name__}.key_ids"]
    named.clear()
    named["case"] = []
    yield
    named.clear()


def age(key: UUID, days: int) -> None:
    DataKey.objects.filter(pk=key).update(created_at=timezone.now() - timedelta(days=days))


def test_a_new_installation_is_not_ready_before_it_was_reconciled_once() -> None:
    assert "never reconciled" in unreconciled()
    out = io.StringIO()
    call_command("reconcile_keys", stdout=out)
    assert unreconciled() == ""
    assert "0 destroyed keys were back" in out.getvalue()


def test_a_key_that_a_restore_brought_back_is_destroyed_again(destroy: Destroy) -> None:
    note, kept = make_sealed(), make_sealed()
    backup = DataKey.objects.get(pk=note.key)
    reconcile(actor=ALICE)
    destroy(note)
    backup.save(force_insert=True)
    assert note.read() == SENTENCE
    assert "destroyed key is back" in unreconciled()
    assert reconcile(actor=ALICE).destroyed_again == 1
    with pytest.raises(Unreadable):
        note.read()
    assert kept.read() == SENTENCE
    assert unreconciled() == ""
    entry = Entry.objects.filter(action=Action.KEYS_RECONCILED).latest("at")
    assert (entry.facts["destroyed_again"], entry.facts["whole"]) == (1, True)


def test_a_main_database_that_forgot_the_destruction_learns_it_from_the_log(destroy: Destroy) -> None:
    """Both databases are restored from before: only the log beside the checkpoints remembers."""
    note = make_sealed()
    backup = DataKey.objects.get(pk=note.key)
    reconcile(actor=ALICE)
    destroy(note)
    before = Destruction.objects.get(pk=note.key)
    Destruction.objects.all().delete()
    backup.save(force_insert=True)
    assert "forgotten a destruction" in unreconciled()
    assert reconcile(actor=ALICE).destroyed_again == 1
    again = Destruction.objects.get(pk=note.key)
    assert (again.reason, again.unreadable_everywhere_by) == (before.reason, before.unreadable_everywhere_by)
    with pytest.raises(Unreadable):
        note.read()


def test_a_lost_log_is_written_again_from_the_main_database(destroy: Destroy) -> None:
    note = make_sealed()
    destroy(note)
    destruction_log.path().unlink()
    reconcile(actor=ALICE)
    assert [line.key_id for line in destruction_log.read().lines] == [note.key]


def test_a_period_key_that_came_back_is_destroyed_again(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    pseudonyms.current_period()
    backup = PeriodKey.objects.get()
    later = timezone.now() + timedelta(days=90)
    with time_machine.travel(later), django_capture_on_commit_callbacks(execute=True):
        pseudonyms.expire_period_keys(actor=ALICE)
    backup.save(force_insert=True)
    assert reconcile(actor=ALICE).destroyed_again == 1
    assert not PeriodKey.objects.exists()


def test_an_ordered_destruction_is_finished() -> None:
    note = make_sealed()
    destroy_keys(actor=ALICE, owner=note.owner, reason="purged")
    assert reconcile(actor=ALICE).finished == 1
    with pytest.raises(Unreadable):
        note.read()


def test_a_record_without_its_key_is_listed_and_blocks() -> None:
    kept, lost = make_sealed(), uuid.uuid4()
    named["case"] += [kept.key, lost]
    err = io.StringIO()
    with pytest.raises(CommandError, match="Not whole"):
        call_command("reconcile_keys", stdout=io.StringIO(), stderr=err)
    assert err.getvalue().splitlines() == [f"lost: the key {lost} of a case"]
    assert "never reconciled" in unreconciled()
    named["case"].remove(lost)
    call_command("reconcile_keys", stdout=io.StringIO())
    assert unreconciled() == ""


def test_a_restored_record_whose_key_was_rightly_destroyed_does_not_block(destroy: Destroy) -> None:
    note = make_sealed()
    destroy(note)
    named["case"].append(note.key)
    found = reconcile(actor=ALICE)
    assert (found.is_whole, found.returned_records) == (True, 1)


def test_a_key_whose_wrapping_key_is_gone_blocks(ring: LocalKeyring) -> None:
    note = make_sealed()
    ring.add_version("notes")
    ring.retire_version("notes", 1)
    named["case"].append(note.key)
    err = io.StringIO()
    with pytest.raises(CommandError):
        call_command("reconcile_keys", stdout=io.StringIO(), stderr=err)
    assert err.getvalue().splitlines() == ["missing: the wrapping key notes/1"]


def test_another_database_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    reconcile(actor=ALICE)
    first = restore_mark.read_mark()
    known = restore_mark.identities()
    monkeypatch.setattr("cases.vault.restores.identities", lambda: known | {"keys": "7/16400"})
    assert "another than the one last reconciled" in unreconciled()
    monkeypatch.setattr(restore_mark, "identities", lambda: known | {"keys": "7/16400"})
    reconcile(actor=ALICE)
    second = restore_mark.read_mark()
    assert unreconciled() == ""
    assert first is not None
    assert second is not None
    assert second.restored_at > first.restored_at


def test_both_databases_have_identities_of_their_own() -> None:
    identities = restore_mark.identities()
    assert set(identities) == {"default", "keys"}
    assert identities["default"] != identities["keys"]
    assert identities == restore_mark.identities()


def test_an_unreadable_mark_counts_as_none() -> None:
    reconcile(actor=ALICE)
    (django_settings.AUDIT_CHECKPOINT_DIR / restore_mark.MARK_NAME).write_text("{")
    assert "never reconciled" in unreconciled()


def test_orphans_are_swept_after_a_day_and_kept_ones_stay(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    orphan, young, kept = (create_key(owner=make_owner()) for _key in range(3))
    unanswered = create_key(owner=make_owner("referral"))
    named["case"].append(kept)
    with time_machine.travel(timezone.now() - timedelta(days=36)):
        reconcile(actor=ALICE)
    for key in (orphan, kept, unanswered):
        age(key, days=2)
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_orphans(actor=ALICE) == 1
    assert set(DataKey.objects.values_list("pk", flat=True)) == {young, kept, unanswered}
    assert Destruction.objects.get(pk=orphan).reason == "orphan"


@pytest.mark.parametrize(("days", "restored"), [(34, False), (0, True), (None, False)])
def test_nothing_is_swept_within_35_days_of_a_restore(days: int | None, restored: bool) -> None:
    age(create_key(owner=make_owner()), days=60)
    if days is not None:
        with time_machine.travel(timezone.now() - timedelta(days=days or 40)):
            reconcile(actor=ALICE)
    if restored:
        call_command("reconcile_keys", "--restored", stdout=io.StringIO())
    assert sweep_orphans(actor=ALICE) == 0
    assert DataKey.objects.count() == 1


def test_without_holders_nothing_is_swept(settings: Settings) -> None:
    settings.VAULT_KEY_HOLDERS = []
    with time_machine.travel(timezone.now() - timedelta(days=36)):
        reconcile(actor=ALICE)
    age(create_key(owner=make_owner()), days=60)
    assert sweep_orphans(actor=ALICE) == 0


def test_the_daily_command_says_what_it_did() -> None:
    note = make_sealed()
    destroy_keys(actor=ALICE, owner=note.owner, reason="purged")
    out = io.StringIO()
    call_command("shred_keys", stdout=out)
    assert out.getvalue().splitlines() == [
        "0 period keys over",
        "no sweep within 35 days of a restore",
        "1 destructions finished late",
    ]


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_reconciling_works_without_a_transaction_around_it() -> None:
    note, lost = make_sealed(), uuid.uuid4()
    backup = DataKey.objects.get(pk=note.key)
    destroy_keys(actor=ALICE, owner=note.owner, reason="purged")
    backup.save(force_insert=True)
    named["case"].append(lost)
    found = reconcile(actor=ALICE)
    assert (found.destroyed_again, found.lost) == (1, {"case": [lost]})
    with connections["keys"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_datakey")
        assert cursor.fetchone() == (0,)
