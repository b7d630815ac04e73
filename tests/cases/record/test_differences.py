"""What changed between two texts, word by word; together the pieces are both texts."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.record.differences import Kind, differences

TEXTS = st.text(alphabet="ab \n", max_size=30)


@given(before=TEXTS, after=TEXTS)
def test_no_word_is_lost_or_made_up(before: str, after: str) -> None:
    pieces = differences(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != Kind.ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.kind != Kind.REMOVED) == after
    assert (before == after) == all(piece.kind == Kind.SAME for piece in pieces)


def test_words_are_named_and_not_letters() -> None:
    pieces = differences("Hon kommer i morgon.", "Hon kom i morgon.")
    assert [(piece.kind.value, piece.text) for piece in pieces] == [
        ("same", "Hon"),
        ("removed", " kommer"),
        ("added", " kom"),
        ("same", " i morgon."),
    ]


@pytest.mark.parametrize("longest", ["a " * 25_000, "\n" * 50_000, "x" * 50_000])
def test_the_longest_note_takes_a_moment(longest: str) -> None:
    begun = time.perf_counter()
    differences(longest, f"b {longest[2:]} c")
    assert time.perf_counter() - begun < 1
