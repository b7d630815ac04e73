"""Say what a call was about: a contact is logged below, and the call is tied to it here."""

import uuid
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.record.facts import ContactFacts
from cases.record.models import Channel, Contact
from cases.record.refusals import Refusal
from cases.record.services import open_contact
from hotline.calls import worklists
from hotline.calls.models import Call
from hotline.lines.board import touch_board

ONE_PRESS_KINDS = (
    "wrong_number",
    "silent",
    "hang_up",
    "test",
    "prank",
    "abusive",
    "technical_fault",
    "media",
    "thanks",
    "complaint",
)


MINUTE = timedelta(minutes=1)


class NotYetBegun(Refusal):
    """A conversation is logged once it has begun."""

    message = _("The time lies ahead. Enter when the conversation began.")


class NotAnswered(Refusal):
    """Only an answered call can be logged."""

    message = _("Nobody spoke with this caller, so there is nothing to log.")


class MatchedMeanwhile(Refusal):
    """The call was entered by hand and matched: the provider's record is the one to log."""

    message = _("This call was matched to the operator's record. Log that one.")


class LoggedByColleague(Refusal):
    """A colleague has logged this call already."""

    message = _("A colleague has logged this call already.")


@transaction.atomic
def log_call(
    *,
    actor: Actor,
    user: User,
    call: Call,
    kind: str,
    facts: ContactFacts | None = None,
    summary: str = "",
    contact: uuid.UUID | None = None,
) -> Contact:
    """Log what an answered call was about; a second press gives the contact that is already there.

    `contact` is the page's own id for the new contact. Errors: NotAnswered; LoggedByColleague; MatchedMeanwhile;
    those of open_contact.
    """
    locked = Call.objects.select_for_update(of=("self",)).select_related("contact").get(pk=call.pk)
    if locked.contact is not None:
        if locked.contact.logged_by_id != user.pk:
            raise LoggedByColleague
        return locked.contact
    if locked.matched_id:
        raise MatchedMeanwhile
    if not worklists.may_be_logged(locked):
        raise NotAnswered
    logged = open_contact(
        actor=actor,
        user=user,
        channel=Channel.PHONE,
        begun_at=locked.accepted_at or locked.offered_at,
        kind=kind,
        facts=facts,
        summary=summary,
        record=contact,
    )
    Call.objects.filter(pk=locked.pk, contact=None).update(contact=logged)
    record(
        actor=actor,
        action=Action.CALL_LOGGED,
        subject=Subject("call", locked.reference),
        contact=logged.reference,
    )
    touch_board()
    return logged


@transaction.atomic
def log_by_hand(
    *,
    actor: Actor,
    user: User,
    channel: str,
    begun_at: datetime,
    kind: str,
    facts: ContactFacts | None = None,
    summary: str = "",
    contact: uuid.UUID | None = None,
) -> Contact:
    """Log a conversation that was no call to the line.

    Errors: NotYetBegun; those of open_contact.
    """
    if begun_at > timezone.now() + MINUTE:
        raise NotYetBegun
    return open_contact(
        actor=actor,
        user=user,
        channel=channel,
        begun_at=begun_at,
        kind=kind,
        facts=facts,
        summary=summary,
        record=contact,
    )
