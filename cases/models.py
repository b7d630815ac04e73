"""Every table of the room, so that Django finds them."""

from cases.coded.models import CodedValue, County, Municipality
from cases.followups.models import FollowUp
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
    Note,
    NoteVersion,
)
from cases.vault.models import DataKey, Destruction, PeriodKey, WrappingVersion

__all__ = [
    "CallerCode",
    "Case",
    "CodeGuess",
    "CodedValue",
    "Contact",
    "ContactIdeology",
    "County",
    "DataKey",
    "Destruction",
    "Draft",
    "Flag",
    "FollowUp",
    "Grant",
    "Hold",
    "Municipality",
    "Note",
    "NoteVersion",
    "Notice",
    "PeriodKey",
    "WrappingVersion",
]
