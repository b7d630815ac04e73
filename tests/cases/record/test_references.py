"""References: readable, hard to mishear, and never the same by accident."""

import pytest

from cases.record import references
from cases.record.references import ALPHABET, distinct_references, new_reference


def test_a_reference_has_a_letter_for_the_noun_and_six_clear_symbols() -> None:
    reference = new_reference("A")
    assert reference[:2] == "A-"
    assert len(reference) == 8
    assert set(reference[2:]) <= set(ALPHABET)
    assert not set("ILOU01") & set(ALPHABET)


def test_references_hardly_ever_repeat() -> None:
    assert len({new_reference("N") for _draw in range(2_000)}) > 1_990


def test_rows_written_together_get_no_twins_and_nothing_that_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draws = iter(["N-222222", "N-333333", "N-333333", "N-222222", "N-333333", "N-444444", "N-555555"])
    monkeypatch.setattr(references, "new_reference", lambda _prefix: next(draws))
    drawn = distinct_references("N", 3, {"N-222222"}.intersection)
    assert sorted(drawn) == ["N-333333", "N-444444", "N-555555"]
    assert distinct_references("N", 0, {"N-222222"}.intersection) == []
