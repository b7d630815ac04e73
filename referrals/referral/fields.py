"""What of a case can leave with a referral: each field on its own, none chosen beforehand.

Ideology is not among them: what the caller wants said about it goes into the counsellor's message, in
words the caller has heard.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cases.coded.models import Kind
from cases.record.models import Case, Contact
from referrals.referral.states import Mode

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class FieldNotAllowed(ValueError):
    """One of the chosen fields does not exist, or does not leave in this mode."""


class ContactDetailsMissing(ValueError):
    """They cannot contact the caller without a telephone number; fill it in or choose another mode."""


@dataclass(frozen=True)
class Field:
    """One thing that can leave: coded in the case (`kind`), or typed by the counsellor for this referral."""

    name: str
    label: _StrPromise
    kind: Kind | None = None
    is_of_caller: bool = False


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("caller_role", _("Who is calling"), Kind.CALLER_ROLE),
        Field("age_band", _("Age of the person the concern is about"), Kind.AGE_BAND),
        Field("gender", _("Gender of the person the concern is about"), Kind.GENDER),
        Field("children_in_home", _("Children in the home"), Kind.YES_NO),
        Field("concerns", _("What has been observed"), Kind.CONCERN),
        Field("risk_level", _("Risk level"), Kind.RISK_LEVEL),
        Field("wish_to_change", _("Wish to change"), Kind.YES_NO),
        Field("language", _("Language"), Kind.LANGUAGE),
        Field("interpreter", _("Interpreter needed"), Kind.YES_NO),
        Field("message", _("Message from the counsellor")),
        Field("caller_name", _("What the caller wants to be called"), is_of_caller=True),
        Field("caller_phone", _("The caller's telephone number"), is_of_caller=True),
        Field("caller_times", _("When the caller can be reached"), is_of_caller=True),
    )
}
TYPED = frozenset(name for name, field in FIELDS.items() if field.kind is None)
OF_CALLER = frozenset(name for name, field in FIELDS.items() if field.is_of_caller)

Content = dict[str, list[str]]
"""Exactly what leaves: field name → codes of the field's kind, or the one text that was typed."""


def compose(
    *, case: Case, mode: Mode, fields: Iterable[str], typed: Mapping[str, str] | None = None
) -> Content:
    """Give exactly the chosen fields that hold something, in the order of FIELDS.

    Errors: FieldNotAllowed, ContactDetailsMissing.
    """
    chosen, texts = set(fields), typed or {}
    if not chosen <= FIELDS.keys() or (mode is not Mode.THEY_CONTACT and chosen & OF_CALLER):
        raise FieldNotAllowed
    if mode is Mode.THEY_CONTACT and not ("caller_phone" in chosen and texts.get("caller_phone", "").strip()):
        raise ContactDetailsMissing
    contacts = list(_contacts(case)) if chosen - TYPED else []
    values = {name: _values(name, contacts, texts) for name in FIELDS if name in chosen}
    return {name: found for name, found in values.items() if found}


def _contacts(case: Case) -> Iterable[Contact]:
    return case.contacts.order_by("-begun_at", "reference").prefetch_related("concerns")


def _values(name: str, contacts: list[Contact], texts: Mapping[str, str]) -> list[str]:
    if name in TYPED:
        text = texts.get(name, "").strip()
        return [text] if text else []
    if name == "concerns":
        return sorted({value.code for contact in contacts for value in contact.concerns.all()})
    ids = (getattr(contact, f"{name}_id") for contact in contacts)
    return [value_id.partition(":")[2] for value_id in ids if value_id][:1]
