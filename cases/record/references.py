"""Make the references that staff read, say and type: a letter for the noun and six symbols."""

import secrets
from collections.abc import Callable, Iterable

# Without I, L, O, U, 0 and 1: nothing that is misheard, misread or spells a word by accident.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 6


def new_reference(prefix: str) -> str:
    """Draw a reference such as A-7KQ2MX; 30**6 are 729 million, and a unique constraint refuses the rare twin."""
    return f"{prefix}-{''.join(secrets.choice(ALPHABET) for _ in range(LENGTH))}"


def distinct_references(prefix: str, number: int, taken: Callable[[set[str]], Iterable[str]]) -> list[str]:
    """Draw references for rows that are written together: no twins among them, and none of those `taken` finds."""
    found: set[str] = set()
    while missing := number - len(found):
        drawn = {new_reference(prefix) for _ in range(missing)}
        found |= drawn - set(taken(drawn))
    return list(found)


def free_reference(prefix: str, taken: Callable[[set[str]], Iterable[str]]) -> str:
    """Draw a reference for a row that nobody could ask for again, were it refused."""
    return distinct_references(prefix, 1, taken)[0]


def case_reference() -> str:
    """Draw a case's reference."""
    return new_reference("A")


def contact_reference() -> str:
    """Draw a contact's reference."""
    return new_reference("K")


def note_reference() -> str:
    """Draw a note's reference."""
    return new_reference("N")


def follow_up_reference() -> str:
    """Draw a follow-up's reference."""
    return new_reference("U")


def hand_over_reference() -> str:
    """Draw a hand-over's reference."""
    return new_reference("V")


def second_look_reference() -> str:
    """Draw a second look's reference."""
    return new_reference("G")
