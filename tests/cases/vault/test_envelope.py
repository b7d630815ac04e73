import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.vault import envelope
from cases.vault.envelope import Binding, EnvelopeRefused, associated_data, length_prefixed

KEY = bytes(range(32))
PLACE = b"where it belongs"


@given(st.binary(max_size=3000), st.binary(max_size=50))
def test_what_is_sealed_opens_again_in_its_place(plain: bytes, place: bytes) -> None:
    sealed = envelope.seal(plain, key=KEY, associated=place)
    assert envelope.unseal(sealed, key=KEY, associated=place) == plain
    assert len(sealed) == len(plain) + envelope.OVERHEAD_BYTES


@given(st.binary(max_size=200), st.data())
def test_a_change_of_any_byte_is_refused(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(envelope.seal(plain, key=KEY, associated=PLACE))
    position = data.draw(st.integers(0, len(sealed) - 1))
    sealed[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(EnvelopeRefused):
        envelope.unseal(bytes(sealed), key=KEY, associated=PLACE)


@given(st.binary(max_size=200), st.data())
def test_a_cut_or_longer_text_is_refused(plain: bytes, data: st.DataObject) -> None:
    sealed = envelope.seal(plain, key=KEY, associated=PLACE)
    cut = data.draw(st.integers(0, len(sealed) - 1))
    for other in (sealed[:cut], sealed + b"\x00", b""):
        with pytest.raises(EnvelopeRefused):
            envelope.unseal(other, key=KEY, associated=PLACE)


def test_no_two_seals_are_alike() -> None:
    sealed = {envelope.seal(b"same", key=KEY, associated=PLACE) for _time in range(200)}
    nonces = {each[1:13] for each in sealed}
    commitments = {each[13:45] for each in sealed}
    assert len(sealed) == len(nonces) == len(commitments) == 200


def test_another_keys_commitment_is_refused_before_anything_is_decrypted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sealed = envelope.seal(b"text", key=KEY, associated=PLACE)

    def decrypt_nothing(_key: bytes) -> None:
        pytest.fail("decrypted before the commitment was checked")

    monkeypatch.setattr(envelope, "AESGCM", decrypt_nothing)
    with pytest.raises(EnvelopeRefused):
        envelope.unseal(sealed, key=bytes(32), associated=PLACE)


def test_a_forged_commitment_does_not_open_the_text_to_another_key() -> None:
    other = bytes(32)
    sealed = envelope.seal(b"text", key=KEY, associated=PLACE)
    _encryption_key, commitment = envelope._derive(other, sealed[1:13])
    forged = sealed[:13] + commitment + sealed[45:]
    for key in (KEY, other):
        with pytest.raises(EnvelopeRefused):
            envelope.unseal(forged, key=key, associated=PLACE)


@given(st.lists(st.binary(max_size=9), max_size=5), st.lists(st.binary(max_size=9), max_size=5))
def test_different_parts_never_join_to_the_same_bytes(some: list[bytes], other: list[bytes]) -> None:
    assert (length_prefixed(*some) == length_prefixed(*other)) == (some == other)


def test_every_part_of_the_place_counts() -> None:
    record, key_id = uuid.uuid4(), uuid.uuid4()
    here = associated_data(Binding("note", "text", record, 1), key_id=key_id)
    elsewhere = {
        associated_data(Binding("contact", "text", record, 1), key_id=key_id),
        associated_data(Binding("note", "reason", record, 1), key_id=key_id),
        associated_data(Binding("note", "text", uuid.uuid4(), 1), key_id=key_id),
        associated_data(Binding("note", "text", record, 2), key_id=key_id),
        associated_data(Binding("note", "text", record, 1), key_id=uuid.uuid4()),
        associated_data(Binding("notet", "ext", record, 1), key_id=key_id),
    }
    assert len(elsewhere) == 6
    assert here not in elsewhere


def test_a_key_of_another_length_is_no_key() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 16"):
        envelope.seal(b"text", key=bytes(16), associated=PLACE)
