"""How a second look may move; whatever is not in this dictionary is refused."""

from cases.second_looks.models import SecondLookState

MOVES: dict[SecondLookState, frozenset[SecondLookState]] = {
    SecondLookState.ASKED: frozenset({SecondLookState.ANSWERED, SecondLookState.WITHDRAWN}),
    SecondLookState.ANSWERED: frozenset(),
    SecondLookState.WITHDRAWN: frozenset(),
}


def is_allowed(before: SecondLookState | str, after: SecondLookState | str) -> bool:
    """Tell whether a second look may move from one state to another."""
    return SecondLookState(after) in MOVES[SecondLookState(before)]
