"""Contacts: log one, correct it, read its texts."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record_durably
from audit.services import record as write_entry
from cases.coded.models import CodedValue, Kind
from cases.record.facts import (
    ContactFacts,
    add_lists,
    held_ids,
    put_facts,
    put_lists,
    refuse_unknown,
    value_id,
)
from cases.record.grants import basis_or_refuse
from cases.record.history import save_as, save_without_history
from cases.record.models import Channel, Contact
from cases.record.refusals import EditedMeanwhile, IdTaken, NoAccess, ReasonMissing, UnknownValue
from cases.record.texts import put_text, take_text
from cases.vault.services import Owner, create_key

LOGGER = "logger"  # the basis of whoever logged a contact that has no case


@dataclass(frozen=True)
class ContactTexts:
    """The free texts of a contact, read once."""

    summary: str
    risk_reason: str


@transaction.atomic
def open_contact(
    *,
    actor: Actor,
    user: User,
    channel: str,
    begun_at: datetime,
    kind: CodedValue | str,
    facts: ContactFacts | None = None,
    summary: str = "",
    record: uuid.UUID | None = None,
) -> Contact:
    """Log a conversation; `record` is the page's own id for it, so that a second click logs nothing more.

    Errors: UnknownValue; ReasonMissing for a risk level without its reason; IdTaken.
    """
    facts = facts or ContactFacts()
    repeated = _logged_before(record, user) if record else None
    if repeated:
        return repeated
    if channel not in Channel.values:
        raise UnknownValue
    kind_id = value_id(Kind.CONTACT_KIND, kind)
    refuse_unknown({kind_id, *facts.all_ids()})
    contact = Contact(
        id=record or uuid.uuid4(), channel=channel, begun_at=begun_at, logged_by=user, kind_id=kind_id
    )
    put_facts(contact, facts)
    _put_texts(contact, summary=summary.strip(), facts=facts)
    save_without_history(contact)  # the lists need the row, and its history row needs the lists
    add_lists(contact, facts)
    save_as(user, contact)
    write_entry(
        actor=actor,
        action=Action.CONTACT_LOGGED,
        subject=subject_of_contact(contact),
        kind=kind_id,
        channel=channel,
    )
    return contact


@transaction.atomic
def amend_contact(
    *,
    actor: Actor,
    user: User,
    contact: Contact,
    expected_version: int,
    facts: ContactFacts,
    summary: str,
) -> Contact:
    """Correct a contact; the earlier answers stay in its history.

    Errors: NoAccess; EditedMeanwhile; UnknownValue; ReasonMissing.
    """
    locked = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    basis = basis_of_contact(user, locked)
    if locked.version != expected_version:
        raise EditedMeanwhile
    refuse_unknown(facts.all_ids(), kept=held_ids(locked))
    put_facts(locked, facts)
    _put_texts(locked, summary=summary.strip(), facts=facts)
    locked.version += 1
    put_lists(locked, facts)
    save_as(user, locked)
    write_entry(actor=actor, action=Action.CONTACT_AMENDED, subject=subject_of_contact(locked), basis=basis)
    return locked


def read_contact(*, actor: Actor, user: User, contact: Contact) -> ContactTexts:
    """Read a contact's texts: the look is committed to the trail before anything is unsealed.

    Errors: NoAccess.
    """
    basis = basis_of_contact(user, contact)
    record_durably(actor=actor, action=Action.CONTACT_READ, subject=subject_of_contact(contact), basis=basis)
    return unseal_texts(contact)


def unseal_texts(contact: Contact) -> ContactTexts:
    """Unseal a contact's texts; who calls this has recorded the look."""
    return ContactTexts(
        summary=take_text(contact, "summary", model=Contact),
        risk_reason=take_text(contact, "risk_reason", model=Contact),
    )


def basis_of_contact(user: User, contact: Contact) -> str:
    """Say why a user may open a contact: through its case, or as the one who logged it where it has none.

    Errors: NoAccess.
    """
    if contact.case is not None:
        return basis_or_refuse(user, contact.case)
    if contact.logged_by_id != user.pk:
        raise NoAccess
    return LOGGER


def look_at_contact(*, actor: Actor, user: User, contact: Contact) -> str:
    """Record, before it is shown, that a user looks at a contact; gives the basis.

    Errors: NoAccess.
    """
    basis = basis_of_contact(user, contact)
    record_durably(
        actor=actor, action=Action.CONTACT_VIEWED, subject=subject_of_contact(contact), basis=basis
    )
    return basis


def _logged_before(record: uuid.UUID, user: User) -> Contact | None:
    earlier = Contact.objects.filter(pk=record).first()
    if earlier and earlier.logged_by_id != user.pk:
        raise IdTaken
    return earlier


def _put_texts(contact: Contact, *, summary: str, facts: ContactFacts) -> None:
    reason = facts.risk_reason.strip()
    if contact.risk_level_id and not reason:
        raise ReasonMissing
    texts = {"summary": summary, "risk_reason": reason}
    if contact.key is None and any(texts.values()):
        contact.key = create_key(owner=Owner(kind="contact", id=contact.id))
    for field, text in texts.items():
        if text or getattr(contact, field) is not None:
            put_text(contact, field, text, model=Contact)


def subject_of_contact(contact: Contact) -> Subject:
    """Name a contact in the trail."""
    return Subject(kind="contact", reference=contact.reference)
