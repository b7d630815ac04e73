"""How a hand-over may move; whatever is not in this dictionary is refused."""

from cases.handover.models import HandOverState

MOVES: dict[HandOverState, frozenset[HandOverState]] = {
    HandOverState.OFFERED: frozenset(
        {HandOverState.ACKNOWLEDGED, HandOverState.DECLINED, HandOverState.WITHDRAWN}
    ),
    HandOverState.ACKNOWLEDGED: frozenset(),
    HandOverState.DECLINED: frozenset(),
    HandOverState.WITHDRAWN: frozenset(),
}


def is_allowed(before: HandOverState | str, after: HandOverState | str) -> bool:
    """Tell whether a hand-over may move from one state to another."""
    return HandOverState(after) in MOVES[HandOverState(before)]
