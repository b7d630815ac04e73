"""Gather the models of every noun of this room, so that Django finds them."""

# calls and lines
from hotline.calls.models import (
    Call,
    CallBack,
    CallBackAttempt,
    CallEvent,
    Gap,
    IntakeCount,
    LineCheck,
    Reconciliation,
)
from hotline.desk.models import BoardEvent
from hotline.guidance.models import Checklist, ChecklistItem, News, ShelfEntry, Text, Tick
from hotline.lines.models import (
    BoardPending,
    Closure,
    Diversion,
    Duty,
    DutyEndpoint,
    Line,
    OpeningHours,
    Prompt,
    Shift,
)
from hotline.people.models import Change, Invitation, Session, SharedValue

__all__ = [
    "BoardEvent",
    "BoardPending",
    "Call",
    "CallBack",
    "CallBackAttempt",
    "CallEvent",
    "Change",
    "Checklist",
    "ChecklistItem",
    "Closure",
    "Diversion",
    "Duty",
    "DutyEndpoint",
    "Gap",
    "IntakeCount",
    "Invitation",
    "Line",
    "LineCheck",
    "News",
    "OpeningHours",
    "Prompt",
    "Reconciliation",
    "Session",
    "SharedValue",
    "ShelfEntry",
    "Shift",
    "Text",
    "Tick",
]
