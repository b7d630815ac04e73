"""A box opens with the private half only, unaltered, in its own place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.vault.boxes import BoxRefused, close_box, open_box, public_key_of
from cases.vault.envelope import new_key

PRIVATE = new_key()
PUBLIC = public_key_of(PRIVATE)
PLACE = b"call-back of a call"


@given(st.binary(max_size=40))
def test_what_is_put_in_comes_out_again(plain: bytes) -> None:
    box = close_box(plain, public_key=PUBLIC, place=PLACE)
    assert open_box(box, private_key=PRIVATE, place=PLACE) == plain
    assert not plain or len(plain) < 4 or plain not in box


def test_two_boxes_with_the_same_content_have_nothing_in_common() -> None:
    one, other = (close_box(b"+46701740605", public_key=PUBLIC, place=PLACE) for _each in range(2))
    assert one[1:33] != other[1:33]
    assert one[33:] != other[33:]


def test_neither_the_public_half_nor_another_key_opens_it() -> None:
    box = close_box(b"secret", public_key=PUBLIC, place=PLACE)
    for key in (PUBLIC, new_key()):
        with pytest.raises(BoxRefused):
            open_box(box, private_key=key, place=PLACE)


def test_it_does_not_open_in_another_place() -> None:
    with pytest.raises(BoxRefused):
        open_box(
            close_box(b"secret", public_key=PUBLIC, place=PLACE), private_key=PRIVATE, place=b"elsewhere"
        )


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_byte_can_be_altered(position: int, flip: int) -> None:
    box = bytearray(close_box(b"secret", public_key=PUBLIC, place=PLACE))
    box[position % len(box)] ^= flip
    with pytest.raises(BoxRefused):
        open_box(bytes(box), private_key=PRIVATE, place=PLACE)


@pytest.mark.parametrize("box", [b"", b"\x01", b"\x02" + bytes(80), b"\x01" + bytes(80)])
def test_what_is_no_box_is_refused(box: bytes) -> None:
    with pytest.raises(BoxRefused):
        open_box(box, private_key=PRIVATE, place=PLACE)
