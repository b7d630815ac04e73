"""Caller codes: nine symbols that a caller can say aloud, of which the last catches a slip.

The alphabet is Crockford's base 32: no I, L, O or U, so that O is heard as 0 and I or L as 1. The symbols are the
elements of the field GF(2⁵), and a code is right when s₀α⁸ + s₁α⁷ + … + s₈ = 0. α generates the field, so the weights
are all different and none is zero: every wrong symbol and every swap of two different symbols, adjacent or not, is
caught. (Sums modulo 32, such as Luhn's, miss some of both: 32 is no prime, and half its weights divide zero.)
"""

import hmac
import itertools
import re
import secrets
import unicodedata

from django.utils.translation import gettext_lazy as _

from cases.vault.envelope import length_prefixed
from cases.vault.keyring import keyring

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_ALIKES = str.maketrans("OIL", "011")
DASHES = "-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"
SYMBOLS = 8
PIECE = re.compile(r"[^\W_]+")
POLYNOMIAL = 0b100101  # x⁵ + x² + 1 is primitive: x generates all 31 non-zero elements


class CodeMistyped(ValueError):
    """This is not a caller code as it was given out."""

    message = _("This is not a caller code as it was given out. Ask for it once more, one symbol at a time.")


def new_code() -> str:
    """Draw a caller code: 40 random bits and the check symbol, as `K7MW-4QXP-R`."""
    drawn = [secrets.randbelow(len(ALPHABET)) for _symbol in range(SYMBOLS)]
    return _spell([*drawn, _times_alpha(_weigh(drawn))])


def normalise(text: str) -> str:
    """Give the code as it was handed out, from small letters, spaces, other dashes and look-alikes.

    Errors: CodeMistyped where a symbol is foreign, missing or too many, or the check symbol does not fit.
    """
    plain = unicodedata.normalize("NFKC", text).upper().translate(LOOK_ALIKES)
    letters = [sign for sign in plain if not sign.isspace() and sign not in DASHES]
    symbols = [ALPHABET.find(letter) for letter in letters]
    if len(symbols) != SYMBOLS + 1 or -1 in symbols or _weigh(symbols) != 0:
        raise CodeMistyped
    return _spell(symbols)


def heard(text: str) -> str:
    """Find the one code in what was typed, with or without words around it: "the code is k7mw 4qxp r, I think".

    Errors: CodeMistyped where there is none, or more than one.
    """
    alone = _code_or_nothing(text)
    if alone:
        return alone
    pieces = PIECE.findall(unicodedata.normalize("NFKC", text))
    ends = itertools.combinations(range(len(pieces) + 1), 2)
    runs = ("".join(pieces[start:end]) for start, end in ends)
    found = {code for run in runs if len(run) == SYMBOLS + 1 and (code := _code_or_nothing(run))}
    if len(found) != 1:
        raise CodeMistyped
    return found.pop()


def _code_or_nothing(text: str) -> str:
    try:
        return normalise(text)
    except CodeMistyped:
        return ""


def hash_code(code: str) -> bytes:
    """Give the 32 bytes under which a code is stored and found; keyed, as 40 bits alone could be tried out."""
    canonical = normalise(code).encode()
    return hmac.digest(
        keyring().static_key("caller-codes"), length_prefixed(b"caller code", canonical), "sha256"
    )


def _spell(symbols: list[int]) -> str:
    letters = "".join(ALPHABET[symbol] for symbol in symbols)
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def _weigh(symbols: list[int]) -> int:
    total = 0
    for symbol in symbols:
        total = _times_alpha(total) ^ symbol
    return total


def _times_alpha(element: int) -> int:
    doubled = element << 1
    return doubled ^ POLYNOMIAL if doubled >= len(ALPHABET) else doubled
