"""What the parts of a contact point are called, and how their values are said to people."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from referrals.clock.working_days import local_day
from referrals.directory.hours import hours_in_words
from referrals.directory.models import ContactKind, ContactPoint, District
from referrals.directory.standing import Doubt

PARTS = {
    "kind": _("Kind"),
    "function": _("Function"),
    "district": _("City district"),
    "address": _("Address"),
    "phone": _("Telephone"),
    "hours": _("Opening hours"),
    "languages": _("Languages"),
    "remit": _("Remit"),
    "deputy": _("Deputy"),
    "fallback": _("Fallback"),
    "closed_from": _("Closed from"),
    "closed_until": _("Closed until"),
    "last_verified_at": _("Last verified"),
    "asked_at": _("Asked to confirm"),
    "doubt": _("Doubt"),
    "retired_at": _("Taken out"),
}


def said(value: object) -> str:
    """Say a part of a contact point as a table does: codes, references and days."""
    if value is None:
        return ""
    if isinstance(value, ContactPoint):
        return value.reference
    if isinstance(value, District):
        return value.name
    if isinstance(value, datetime):
        return local_day(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(value) if isinstance(value, list | tuple) else str(value)


def said_to_people(name: str, value: object) -> str:
    """Say a part in the reader's language."""
    if name == "kind":
        return str(ContactKind(str(value)).label)
    if name == "doubt" and value:
        return str(Doubt(str(value)).label)
    if isinstance(value, ContactPoint):
        return value.function
    return hours_in_words(str(value)) if name == "hours" else said(value)
