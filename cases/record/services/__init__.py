"""What can be done with the record, one verb a function; each in one transaction with one entry in the trail."""

from cases.record.services.cases import (
    OpenedCase,
    attach_contact,
    change_municipality,
    end_grant,
    give_grant,
    look_at_case,
    open_case,
    resume_case,
    wait_case,
)
from cases.record.services.codes import find_by_code, reissue_caller_code, revoke_caller_code
from cases.record.services.contacts import (
    ContactTexts,
    amend_contact,
    look_at_contact,
    open_contact,
    read_contact,
)
from cases.record.services.flags import lift_flag, set_flag
from cases.record.services.holds import lift_hold, set_hold
from cases.record.services.life import read_reason
from cases.record.services.notes import (
    NoteChange,
    add_note,
    amend_note,
    compare_note,
    read_note,
)
from cases.record.services.printing import PrintedCase, print_case, print_note
from cases.record.services.protection import protect_case, unprotect_case
from cases.record.services.sharing import add_co_worker, remove_co_worker

__all__ = [
    "ContactTexts",
    "NoteChange",
    "OpenedCase",
    "PrintedCase",
    "add_co_worker",
    "add_note",
    "amend_contact",
    "amend_note",
    "attach_contact",
    "change_municipality",
    "compare_note",
    "end_grant",
    "find_by_code",
    "give_grant",
    "lift_flag",
    "lift_hold",
    "look_at_case",
    "look_at_contact",
    "open_case",
    "open_contact",
    "print_case",
    "print_note",
    "protect_case",
    "read_contact",
    "read_note",
    "read_reason",
    "reissue_caller_code",
    "remove_co_worker",
    "resume_case",
    "revoke_caller_code",
    "set_flag",
    "set_hold",
    "unprotect_case",
    "wait_case",
]
