"""The rows of lines: a line and what is heard on it, and who answers."""

from hotline.lines.models.duty import BoardPending, Duty, DutyEndpoint, Shift
from hotline.lines.models.line import Closure, Diversion, Line, OpeningHours, Prompt

__all__ = [
    "BoardPending",
    "Closure",
    "Diversion",
    "Duty",
    "DutyEndpoint",
    "Line",
    "OpeningHours",
    "Prompt",
    "Shift",
]
