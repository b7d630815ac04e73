"""The rows of the record: contacts, cases, notes, and the grants, holds and flags on them."""

from cases.record.models.case import CallerCode, Case, CaseState, CodeGuess
from cases.record.models.contact import CODED_FIELDS, Channel, Contact, ContactIdeology
from cases.record.models.doors import LASTING_BASES, Basis, Flag, FlagKind, Grant, Hold, HoldReason
from cases.record.models.life import LifeEvent, LifeKind
from cases.record.models.note import Draft, Note, NoteVersion

__all__ = [
    "CODED_FIELDS",
    "LASTING_BASES",
    "Basis",
    "CallerCode",
    "Case",
    "CaseState",
    "Channel",
    "CodeGuess",
    "Contact",
    "ContactIdeology",
    "Draft",
    "Flag",
    "FlagKind",
    "Grant",
    "Hold",
    "HoldReason",
    "LifeEvent",
    "LifeKind",
    "Note",
    "NoteVersion",
]
