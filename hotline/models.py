"""Gather the models of every noun of this room, so that Django finds them."""

# calls and lines
from hotline.calls.models import BoardPending, Call, CallBack, CallEvent, IntakeCount
from hotline.desk.models import BoardEvent
from hotline.lines.models import Closure, Duty, DutyEndpoint, Line, OpeningHours
from hotline.people.models import Change, Invitation, Session, SharedValue

__all__ = [
    "BoardEvent",
    "BoardPending",
    "Call",
    "CallBack",
    "CallEvent",
    "Change",
    "Closure",
    "Duty",
    "DutyEndpoint",
    "IntakeCount",
    "Invitation",
    "Line",
    "OpeningHours",
    "Session",
    "SharedValue",
]
