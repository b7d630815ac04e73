import uuid

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from cases.vault.datakeys import keys_of
from cases.vault.envelope import OVERHEAD_BYTES
from cases.vault.keyring import LocalKeyring
from cases.vault.models import DataKey
from cases.vault.services import Binding, Owner, Unreadable, create_key, reassign_keys, seal, unseal
from tests.cases.vault.sealing import ALICE, SENTENCE, make_binding, make_owner, make_sealed

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_a_text_comes_back_as_it_was_written() -> None:
    text = "Åke sa: ”kommer ni?” 🙂\n– ja."
    assert make_sealed(text).read() == text


def test_neither_the_text_nor_the_key_is_in_what_is_stored() -> None:
    note = make_sealed(SENTENCE)
    row = DataKey.objects.get(pk=note.key)
    assert SENTENCE.encode() not in note.sealed
    assert len(note.sealed) == len(SENTENCE.encode()) + OVERHEAD_BYTES
    assert len(bytes(row.wrapped)) == 32 + OVERHEAD_BYTES


def test_two_notes_under_one_key_cannot_be_swapped() -> None:
    key = create_key(owner=make_owner())
    here, there = make_binding(), make_binding()
    one, two = seal("ett", key=key, binding=here), seal("två", key=key, binding=there)
    assert unseal(one, key=key, binding=here) == "ett"
    for sealed, binding in ((one, there), (two, here)):
        with pytest.raises(Unreadable):
            unseal(sealed, key=key, binding=binding)


def test_an_older_version_cannot_be_put_back() -> None:
    key, note = create_key(owner=make_owner()), uuid.uuid4()
    older = seal("först", key=key, binding=make_binding(record=note, version=1))
    with pytest.raises(Unreadable):
        unseal(older, key=key, binding=make_binding(record=note, version=2))


def test_another_fields_or_models_text_is_refused() -> None:
    note = make_sealed()
    record = note.binding.record
    for binding in (Binding("note", "reason", record, 1), Binding("contact", "text", record, 1)):
        with pytest.raises(Unreadable):
            unseal(note.sealed, key=note.key, binding=binding)


def test_another_key_of_the_same_case_does_not_open_it() -> None:
    note = make_sealed()
    other = create_key(owner=note.owner)
    with pytest.raises(Unreadable):
        unseal(note.sealed, key=other, binding=note.binding)


def test_a_wrapped_key_put_in_anothers_place_is_refused() -> None:
    note, other = make_sealed(), make_sealed()
    stolen = DataKey.objects.get(pk=other.key)
    DataKey.objects.filter(pk=note.key).update(wrapped=stolen.wrapped)
    with pytest.raises(Unreadable):
        note.read()


def test_a_key_passed_off_as_another_purposes_is_refused() -> None:
    note = make_sealed()
    DataKey.objects.filter(pk=note.key).update(purpose="referrals")
    with pytest.raises(Unreadable):
        note.read()


def test_the_wrapping_version_is_part_of_the_wrapped_keys_associated_data(ring: LocalKeyring) -> None:
    note = make_sealed()
    ring.add_version("notes")
    folder = ring.directory / "notes"
    (folder / "2.key").write_bytes((folder / "1.key").read_bytes())
    DataKey.objects.filter(pk=note.key).update(wrapping_version=2)
    with pytest.raises(Unreadable):
        note.read()


def test_nothing_can_be_sealed_or_opened_without_its_key() -> None:
    note = make_sealed()
    DataKey.objects.filter(pk=note.key).delete()
    with pytest.raises(Unreadable):
        note.read()
    with pytest.raises(Unreadable):
        seal("mer", key=note.key, binding=note.binding)


def test_an_owner_has_its_own_keys_only_oldest_first() -> None:
    alices, bobs = make_owner(), make_owner()
    first, _other, second = create_key(owner=alices), create_key(owner=bobs), create_key(owner=alices)
    assert keys_of(alices) == [first, second]
    assert keys_of(Owner("contact", alices.id)) == []


def test_a_key_outlives_the_callers_rolled_back_transaction() -> None:
    """A crash leaves a key without a record, never a record without a key."""
    owner = make_owner()
    with transaction.atomic():
        create_key(owner=owner)
        transaction.set_rollback(True)
    assert len(keys_of(owner)) == 1


def test_a_key_is_refused_where_it_could_be_rolled_back() -> None:
    owner = make_owner()
    with transaction.atomic(using="keys"), pytest.raises(RuntimeError, match="durable"):
        create_key(owner=owner)
    assert keys_of(owner) == []


def test_after_a_merge_the_case_keeps_both_keys_and_both_texts(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    kept, merged = make_sealed("ett"), make_sealed("två")
    with django_capture_on_commit_callbacks(execute=True):
        assert len(reassign_keys(actor=ALICE, source=merged.owner, target=kept.owner)) == 1
    assert set(keys_of(kept.owner)) == {kept.key, merged.key}
    assert keys_of(merged.owner) == []
    assert (kept.read(), merged.read()) == ("ett", "två")
