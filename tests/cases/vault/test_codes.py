import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.vault.codes import ALPHABET, CodeMistyped, _weigh, hash_code, heard, new_code, normalise
from cases.vault.keyring import LocalKeyring

codes = st.builds(new_code)
POSITIONS = 9


def test_a_code_is_spoken_in_groups_from_an_alphabet_without_look_alikes() -> None:
    code = new_code()
    assert [len(group) for group in code.split("-")] == [4, 4, 1]
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


def test_every_wrong_symbol_is_caught_whatever_the_code() -> None:
    """The sum is linear, so a code is told from another exactly where their difference does not weigh zero."""
    for position, difference in itertools.product(range(POSITIONS), range(1, 32)):
        changed = [0] * POSITIONS
        changed[position] = difference
        assert _weigh(changed) != 0


def test_every_swap_of_two_symbols_is_caught_whatever_the_code() -> None:
    """Swapping a and b at two places changes the code by a⊕b at both: 31 differences, 36 pairs of places."""
    for (one, two), difference in itertools.product(
        itertools.combinations(range(POSITIONS), 2), range(1, 32)
    ):
        changed = [0] * POSITIONS
        changed[one] = changed[two] = difference
        assert _weigh(changed) != 0


@given(codes, codes)
def test_the_sum_is_linear_which_the_two_proofs_rest_on(one: str, two: str) -> None:
    a, b = ([ALPHABET.index(symbol) for symbol in code.replace("-", "")] for code in (one, two))
    arbitrary = [left ^ right for left, right in zip(a, b, strict=True)]
    assert _weigh(a) == _weigh(b) == _weigh(arbitrary) == 0
    a[3] ^= 7
    assert _weigh(a) == _weigh([0, 0, 0, 7, 0, 0, 0, 0, 0])


@pytest.mark.parametrize("_draw", range(20))
def test_slips_in_real_codes_are_all_caught(_draw: int) -> None:
    plain = new_code().replace("-", "")
    slips = [
        plain[:at] + other + plain[at + 1 :]
        for at in range(POSITIONS)
        for other in ALPHABET
        if other != plain[at]
    ]
    slips += [
        plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :]
        for at in range(POSITIONS - 1)
        if plain[at] != plain[at + 1]
    ]
    for slip in slips:
        with pytest.raises(CodeMistyped):
            normalise(slip)


@given(codes)
def test_small_letters_spaces_dashes_and_look_alikes_are_understood(code: str) -> None:
    said = code.lower().replace("0", "o").replace("1", "l")
    assert normalise(said) == code
    assert normalise(f"  {' '.join(code.replace('-', ''))}\n") == code
    assert normalise(code.replace("-", "–")) == code
    assert normalise(code.replace("-", "").replace("1", "I")) == code


@pytest.mark.parametrize("text", ["", "K7MW", "K7MW-4QXP", "ÅÄÖÅ-ÄÖÅÄ-Ö", "K7MW-4QXU-9", "0" * 10, "🙂" * 9])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(CodeMistyped):
        normalise(text)


def test_a_code_is_heard_among_the_words_around_it() -> None:
    code = "K7MW-4QXP-R" if _weigh([ALPHABET.index(each) for each in "K7MW4QXPR"]) == 0 else new_code()
    for said in (code, f"koden är {code.lower()}, tror hon", f"Ärendekod:{code.replace('-', ' ')}."):
        assert heard(said) == code
    for said in ("ingen kod alls", "", f"{code} eller {another(code)}", f"{code[:-1]}"):
        with pytest.raises(CodeMistyped):
            heard(said)


def another(code: str) -> str:
    return next(drawn for drawn in iter(new_code, None) if drawn != code)


def test_a_code_is_found_under_the_same_hash_however_it_was_typed_and_only_with_the_key(
    ring: LocalKeyring,
) -> None:
    code = new_code()
    stored = hash_code(code)
    assert hash_code(code.lower().replace("-", " ")) == stored
    assert len(stored) == 32
    assert hash_code(new_code()) != stored
    (ring.directory / "caller-codes" / "1.key").write_bytes(bytes(32))
    assert hash_code(code) != stored


def test_codes_do_not_repeat() -> None:
    assert len({new_code() for _draw in range(2000)}) == 2000
