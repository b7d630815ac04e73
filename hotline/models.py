"""Gather the models of every noun of this room, so that Django finds them."""

# calls and lines
from hotline.calls.models import BoardPending, Call, CallBack, CallEvent, IntakeCount
from hotline.desk.models import BoardEvent
from hotline.lines.models import Closure, Duty, DutyEndpoint, Line, OpeningHours

__all__ = [
    "BoardEvent",
    "BoardPending",
    "Call",
    "CallBack",
    "CallEvent",
    "Closure",
    "Duty",
    "DutyEndpoint",
    "IntakeCount",
    "Line",
    "OpeningHours",
]
