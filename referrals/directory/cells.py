"""What a cell of a table may hold, column by column: each reader gives the value or says what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from referrals.directory.hours import HoursUnreadable, normalise_hours
from referrals.directory.models import ContactKind

LENGTHS = {"function": 120, "address": 254, "phone": 20, "hours": 160, "remit": 400}


class CellWrong(ValueError):
    """A cell does not hold what its column is for; the message says what to write."""


def read_cell(name: str, cell: str, read: Callable[[str], object]) -> object:
    """Read a cell, naming its column where it is wrong. Errors: CellWrong."""
    try:
        return read(cell)
    except CellWrong as wrong:
        named = f"{name}: {wrong}"
        raise CellWrong(named) from wrong


def kind_cell(cell: str) -> str:
    """Read a kind of function. Errors: CellWrong."""
    if cell.lower() not in ContactKind.values:
        known = ", ".join(ContactKind.values)
        raise CellWrong(_("%(name)s is none of these: %(known)s") % {"name": cell or "–", "known": known})
    return cell.lower()


def address_cell(cell: str) -> str:
    """Read an e-mail address. Errors: CellWrong."""
    try:
        validate_email(cell)
    except ValidationError as wrong:
        raise CellWrong(_("write an e-mail address of the function")) from wrong
    return short_cell("address")(cell)


def hours_cell(cell: str) -> str:
    """Read opening hours into their one spelling. Errors: CellWrong."""
    try:
        return short_cell("hours")(normalise_hours(cell))
    except HoursUnreadable as wrong:
        raise CellWrong(_("write like this: mon-fri 08:00-16:30; sat 10:00-12:00, or: always")) from wrong


def day_cell(cell: str) -> date | None:
    """Read a day, or none. Errors: CellWrong."""
    try:
        return date.fromisoformat(cell) if cell else None
    except ValueError as wrong:
        raise CellWrong(_("write a day like this: 2026-11-23")) from wrong


def short_cell(name: str) -> Callable[[str], str]:
    """Make the reader of a text that may be empty."""

    def read(cell: str) -> str:
        if len(cell) > LENGTHS[name]:
            raise CellWrong(_("at most %(most)d characters") % {"most": LENGTHS[name]})
        return cell

    return read


def needed_cell(name: str) -> Callable[[str], str]:
    """Make the reader of a text that may not be empty."""

    def read(cell: str) -> str:
        if not cell:
            raise CellWrong(_("write something"))
        return short_cell(name)(cell)

    return read
