"""Every table of the room, so that Django finds them."""

from cases.break_glass.models import BreakGlass, Knock
from cases.coded.models import CodedValue, County, Municipality
from cases.followups.models import FollowUp
from cases.handover.models import HandOver
from cases.merging.models import Merge
from cases.my_day.models import DayReminder
from cases.note_templates.models import NoteTemplate, NoteTemplateVersion
from cases.notices.models import Notice
from cases.record.models import (
    CallerCode,
    Case,
    CodeGuess,
    Contact,
    ContactIdeology,
    Draft,
    Flag,
    Grant,
    Hold,
    LifeEvent,
    Note,
    NoteVersion,
)
from cases.second_looks.models import SecondLook
from cases.vault.models import DataKey, Destruction, PeriodKey, WrappingVersion

__all__ = [
    "BreakGlass",
    "CallerCode",
    "Case",
    "CodeGuess",
    "CodedValue",
    "Contact",
    "ContactIdeology",
    "County",
    "DataKey",
    "DayReminder",
    "Destruction",
    "Draft",
    "Flag",
    "FollowUp",
    "Grant",
    "HandOver",
    "Hold",
    "Knock",
    "LifeEvent",
    "Merge",
    "Municipality",
    "Note",
    "NoteTemplate",
    "NoteTemplateVersion",
    "NoteVersion",
    "Notice",
    "PeriodKey",
    "SecondLook",
    "WrappingVersion",
]
