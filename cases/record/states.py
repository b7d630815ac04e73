"""How a case may move; whatever is not in this dictionary is refused."""

from cases.record.models import CaseState

MOVES: dict[CaseState, frozenset[CaseState]] = {
    CaseState.OPEN: frozenset({CaseState.WAITING, CaseState.CLOSING_REQUESTED}),
    CaseState.WAITING: frozenset({CaseState.OPEN, CaseState.CLOSING_REQUESTED}),
    # Something new may come up before the closing is done.
    CaseState.CLOSING_REQUESTED: frozenset({CaseState.CLOSED, CaseState.OPEN}),
    CaseState.CLOSED: frozenset({CaseState.REOPENED, CaseState.PURGE_DUE}),
    CaseState.REOPENED: frozenset({CaseState.WAITING, CaseState.CLOSING_REQUESTED}),
    CaseState.PURGE_DUE: frozenset({CaseState.PURGED}),
    CaseState.PURGED: frozenset(),
}
FINISHED = frozenset({CaseState.CLOSED, CaseState.PURGE_DUE, CaseState.PURGED})


def is_allowed(before: CaseState | str, after: CaseState | str) -> bool:
    """Tell whether a case may move from one state to another."""
    return CaseState(after) in MOVES[CaseState(before)]
