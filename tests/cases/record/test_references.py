"""References: readable, hard to mishear, and never the same by accident."""

from cases.record.references import ALPHABET, new_reference


def test_a_reference_has_a_letter_for_the_noun_and_six_clear_symbols() -> None:
    reference = new_reference("A")
    assert reference[:2] == "A-"
    assert len(reference) == 8
    assert set(reference[2:]) <= set(ALPHABET)
    assert not set("ILOU01") & set(ALPHABET)


def test_references_do_not_repeat() -> None:
    assert len({new_reference("N") for _draw in range(2_000)}) == 2_000
