"""The verbs of a first day: invited by a referral, telephoned, let in.

The role is given by two. Who may change the directory decides where the letter goes; who reads out the code must be
somebody who may not change it. Neither the mailbox nor the telephone alone makes an account.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit.actions import Action
from audit.context import ANONYMOUS, Actor
from audit.services import Subject, record
from cases.vault.codes import CodeMistyped
from referrals.clock.working_days import add_working_days, local_day
from referrals.directory.models import ContactPoint
from referrals.directory.recipients import answering
from referrals.directory.verify import verify_contact_point
from referrals.welcome.accounts import Newcomer, open_account
from referrals.welcome.codes import CODE_LIVES, MOST_WRONG, hash_of, is_right, new_code
from referrals.welcome.links import WelcomeUnusable
from referrals.welcome.models import Welcome

LINK_LIVES = timedelta(days=30)
CALLED_AFTER = 1
"""Working days after which a welcome that nobody took up stands on the counsellor's list."""
KEEPS_DIRECTORY = "referrals.verify_directory"


class MayAddressLetters(PermissionError):
    """Who may change where letters go cannot read out the code as well; a counsellor does."""


class WrongCode(ValueError):
    """This is not the code that was read out, or it no longer holds."""


def has_recipient(contact_point: ContactPoint) -> bool:
    """Say whether somebody signs in for this function today."""
    return answering(contact_point, local_day()).exists()


@transaction.atomic
def invite_function(*, actor: Actor, contact_point: ContactPoint) -> Welcome | None:
    """Begin a welcome, or keep the one that waits and its link alive; None where somebody answers already."""
    if has_recipient(contact_point):
        return None
    point = ContactPoint.objects.select_for_update(of=("self",)).get(pk=contact_point.pk)
    if has_recipient(point):  # somebody came while we waited
        return None
    now = timezone.now()
    waiting = Welcome.objects.waiting().filter(contact_point=point).first()
    if waiting is not None:
        waiting.expires_at = now + LINK_LIVES
        waiting.save(update_fields=["expires_at"])
        return waiting
    welcome = Welcome.objects.create(
        contact_point=point,
        began_at=now,
        call_after=add_working_days(local_day(now), CALLED_AFTER),
        expires_at=now + LINK_LIVES,
    )
    record(
        actor=actor,
        action=Action.WELCOME_BEGUN,
        subject=_subject(welcome),
        contact_point=point.reference,
    )
    return welcome


@transaction.atomic
def end_if_needless(*, actor: Actor, welcome: Welcome) -> bool:
    """End what waits for a function that somebody answers for meanwhile; tells whether it did."""
    if not has_recipient(welcome.contact_point):
        return False
    Welcome.objects.waiting().filter(pk=welcome.pk).update(ended_at=timezone.now())
    record(actor=actor, action=Action.WELCOME_ENDED, subject=_subject(welcome))
    return True


@transaction.atomic
def read_out_code(*, actor: Actor, user: User, welcome: Welcome) -> str:
    """Make the code that is read out in the call now going on; the call verifies the contact point.

    An earlier code stops working. Errors: WelcomeUnusable, MayAddressLetters.
    """
    locked = (
        Welcome.objects.select_for_update(of=("self",)).select_related("contact_point").get(pk=welcome.pk)
    )
    if user.has_perm(KEEPS_DIRECTORY):
        raise MayAddressLetters
    if locked.redeemed_at or locked.ended_at:
        raise WelcomeUnusable
    code = new_code()
    locked.code_hash, locked.code_until = hash_of(locked, code), timezone.now() + CODE_LIVES
    locked.code_read_out_by, locked.wrong_codes = user, 0
    locked.save(update_fields=["code_hash", "code_until", "code_read_out_by", "wrong_codes"])
    verify_contact_point(actor=actor, user=user, contact_point=locked.contact_point)
    record(actor=actor, action=Action.WELCOME_CODE_READ_OUT, subject=_subject(locked))
    return code


def redeem_welcome(*, welcome: Welcome, code: str, newcomer: Newcomer, password: str) -> User:
    """Make the account of the function's first recipient, who had both the letter and the call.

    A wrong code is counted even though nothing else happens. Errors: WelcomeUnusable, WrongCode, AddressTaken.
    """
    person = _redeem(welcome, code, newcomer, password)
    if person is None:
        raise WrongCode
    return person


@transaction.atomic
def _redeem(welcome: Welcome, code: str, newcomer: Newcomer, password: str) -> User | None:
    locked = (
        Welcome.objects.select_for_update(of=("self",)).select_related("contact_point").get(pk=welcome.pk)
    )
    if not locked.is_usable:
        raise WelcomeUnusable
    if not _fits(locked, code):
        _count_wrong(locked)
        return None
    person = open_account(
        contact_point=locked.contact_point, newcomer=newcomer, password=password, reference=locked.reference
    )
    locked.redeemed_at, locked.redeemed_by, locked.code_hash = timezone.now(), person, None
    locked.save(update_fields=["redeemed_at", "redeemed_by", "code_hash"])
    reader = locked.code_read_out_by.get_username() if locked.code_read_out_by else ""
    actor = Actor(label=person.get_username(), role="recipient")
    record(actor=actor, action=Action.WELCOME_REDEEMED, subject=_subject(locked), read_out_by=reader)
    return person


def _fits(welcome: Welcome, code: str) -> bool:
    try:
        return is_right(welcome, code)
    except CodeMistyped:
        return False


def _count_wrong(welcome: Welcome) -> None:
    """Count, and void the code when somebody seems to guess; only as many as a code allows reach the trail."""
    if not welcome.has_live_code:
        return
    Welcome.objects.filter(pk=welcome.pk).update(wrong_codes=F("wrong_codes") + 1)
    if welcome.wrong_codes + 1 >= MOST_WRONG:
        Welcome.objects.filter(pk=welcome.pk).update(code_hash=None, code_until=None)
    record(actor=ANONYMOUS, action=Action.WELCOME_CODE_REFUSED, subject=_subject(welcome))


def _subject(welcome: Welcome) -> Subject:
    return Subject(kind="welcome", reference=welcome.reference)
