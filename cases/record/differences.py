"""Say word by word what one version of a text took out and put in."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORDS = re.compile(r"\s*\S+\s*?(?=\s|\Z)|\s+")


class Kind(StrEnum):
    """What happened to a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    """Some words in a row that share what happened to them."""

    kind: Kind
    text: str

    @property
    def space(self) -> str:
        """Give what stands before the first word: it is shown before the mark, so that words stay apart."""
        return self.text[: len(self.text) - len(self.text.lstrip())]

    @property
    def words(self) -> str:
        """Give the rest."""
        return self.text.lstrip()


def differences(before: str, after: str) -> list[Piece]:
    """Give both texts as one row of pieces: same and removed are the earlier text, same and added the later.

    What both begin and end with is set aside first, and words on every line lead no search, so that the longest
    note takes a moment even where nothing fits.
    """
    old, new = WORDS.findall(before), WORDS.findall(after)
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    middle = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail])
    pieces = [Piece(Kind.SAME, "".join(old[:head]))]
    for tag, old_from, old_to, new_from, new_to in middle.get_opcodes():
        was, became = old[head + old_from : head + old_to], new[head + new_from : head + new_to]
        if tag == "equal":
            pieces.append(Piece(Kind.SAME, "".join(was)))
        else:
            pieces += [Piece(Kind.REMOVED, "".join(was)), Piece(Kind.ADDED, "".join(became))]
    pieces.append(Piece(Kind.SAME, "".join(old[len(old) - tail :])))
    return [piece for piece in pieces if piece.text]


def _alike(one: list[str], other: list[str]) -> int:
    """Count with how many equal words two rows begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (left, right) in pairs if left != right), min(len(one), len(other)))
