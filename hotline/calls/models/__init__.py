"""The rows of calls: a call and its events, call-backs, and the proof that none is missing."""

from hotline.calls.models.call import MOMENTS, Call, CallerKind, CallEvent, Outcome, Settled, State
from hotline.calls.models.callback import CallBack, CallBackAttempt
from hotline.calls.models.proof import Gap, IntakeCount, LineCheck, Reconciliation

__all__ = [
    "MOMENTS",
    "Call",
    "CallBack",
    "CallBackAttempt",
    "CallEvent",
    "CallerKind",
    "Gap",
    "IntakeCount",
    "LineCheck",
    "Outcome",
    "Reconciliation",
    "Settled",
    "State",
]
