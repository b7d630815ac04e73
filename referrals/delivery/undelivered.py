"""Letters that did not arrive: given up after many attempts, refused at once, or come back; a person settles each."""

from __future__ import annotations

import re
import smtplib
import uuid
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor, system_actor
from audit.services import Subject, record
from referrals.delivery.mail import MESSAGE_DOMAIN, write_letter
from referrals.delivery.models import Fault, Letter, LetterKind, Settlement
from referrals.directory.own_details import correct_address
from referrals.directory.standing import Doubt
from referrals.directory.verify import doubt_contact_point

MAX_ATTEMPTS: Final = 8
OUR_NAME: Final = re.compile(
    rb"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@" + MESSAGE_DOMAIN.encode() + rb">"
)
FOR_GOOD: Final = 500
"""From this reply code on, a mail server's no is final (RFC 5321, 4.2.1)."""


class SettledAlready(ValueError):
    """Somebody has done something about this letter already."""


def is_final(fault: Exception) -> bool:
    """Say whether a mail server refused the address itself, so that trying again is useless."""
    if not isinstance(fault, smtplib.SMTPRecipientsRefused):
        return False
    return all(code >= FOR_GOOD for code, _text in fault.recipients.values())


@transaction.atomic
def count_failed_attempt(*, letter_id: uuid.UUID, is_refused: bool = False) -> bool:
    """Remember an attempt that failed, where the failed job itself was rolled back; say whether it was the last."""
    letter = Letter.objects.select_for_update(of=("self",)).get(pk=letter_id)
    letter.attempts += 1
    letter.save(update_fields=["attempts"])
    if is_refused:
        _fail(system_actor("mail"), letter, Fault.REFUSED, Action.LETTER_BOUNCED)
    elif letter.attempts >= MAX_ATTEMPTS:
        _fail(system_actor("mail"), letter, Fault.UNREACHABLE, Action.LETTER_GIVEN_UP)
    return bool(letter.fault)


@transaction.atomic
def report_bounce(*, actor: Actor, letter: Letter) -> Letter:
    """Note that a letter which had left came back; saying it twice changes nothing."""
    locked = Letter.objects.select_for_update(of=("self",)).select_related("contact_point").get(pk=letter.pk)
    if not locked.fault:
        _fail(actor, locked, Fault.BOUNCED, Action.LETTER_BOUNCED)
    return locked


def letters_named_in(returned: bytes) -> list[Letter]:
    """Give the letters that a returned message names, by the Message-ID we gave them."""
    names = {uuid.UUID(found.decode()) for found in OUR_NAME.findall(returned)}
    return list(Letter.objects.filter(pk__in=names).order_by("written_at"))


@transaction.atomic
def send_again(*, actor: Actor, user: User, letter: Letter) -> Letter:
    """Settle by writing the same letter once more. Errors: SettledAlready."""
    settled = _settle(actor, user, letter, Settlement.RESENT)
    return write_letter(
        kind=LetterKind(settled.kind), contact_point=settled.contact_point, reference=settled.reference
    )


@transaction.atomic
def telephone_instead(*, actor: Actor, user: User, letter: Letter) -> Letter:
    """Settle by having told the function on the telephone. Errors: SettledAlready."""
    return _settle(actor, user, letter, Settlement.PHONED)


@transaction.atomic
def correct_and_send_again(*, actor: Actor, user: User, letter: Letter, address: str) -> Letter:
    """Settle by putting the right address into the directory and writing there. Errors: SettledAlready."""
    settled = _settle(actor, user, letter, Settlement.CORRECTED)
    point = correct_address(actor=actor, user=user, contact_point=settled.contact_point, address=address)
    return write_letter(kind=LetterKind(settled.kind), contact_point=point, reference=settled.reference)


def _settle(actor: Actor, user: User, letter: Letter, how: Settlement) -> Letter:
    locked = Letter.objects.select_for_update(of=("self",)).select_related("contact_point").get(pk=letter.pk)
    if locked.settled_at is not None or not locked.fault:
        raise SettledAlready
    locked.settlement, locked.settled_at, locked.settled_by = how, timezone.now(), user
    locked.save(update_fields=["settlement", "settled_at", "settled_by"])
    record(actor=actor, action=Action.LETTER_SETTLED, subject=_subject(locked), how=how.value)
    return locked


def _fail(actor: Actor, letter: Letter, fault: Fault, action: Action) -> None:
    """Note that it did not arrive; what came back speaks against the address, a silent server does not."""
    letter.fault, letter.failed_at = fault, timezone.now()
    letter.save(update_fields=["fault", "failed_at"])
    point = letter.contact_point.reference
    record(actor=actor, action=action, subject=_subject(letter), kind=letter.kind, contact_point=point)
    if fault != Fault.UNREACHABLE:
        doubt_contact_point(actor=actor, contact_point=letter.contact_point, doubt=Doubt.BOUNCED)


def _subject(letter: Letter) -> Subject:
    return Subject(kind="letter", reference=letter.reference)
