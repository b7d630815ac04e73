"""Asking functions to confirm their details: a letter with a link in good time, behind which they sign in.

Silence for two weeks and mail that comes back are counted by the directory; nobody has to press anything for that.
Where nobody can sign in, no letter asks: the link would lead nowhere, and silence would count against a function that
could not answer. Those are telephoned, and stand on the list for it before their verification grows old.
"""

from __future__ import annotations

from django.db import transaction

from audit.context import Actor
from referrals.clock.working_days import local_day
from referrals.delivery.mail import write_letter
from referrals.delivery.models import Letter, LetterKind
from referrals.directory.models import ContactPoint
from referrals.directory.queries import due_for_asking, signs_in
from referrals.directory.verify import note_asked

A_NIGHT = 200
"""Letters at most in one round, so that a neglected directory does not flood the mail server."""


class NobodySignsIn(ValueError):
    """Nobody could confirm behind the link: telephone them and mark the contact point as verified."""


@transaction.atomic
def ask_to_confirm(*, actor: Actor, contact_point: ContactPoint) -> Letter:
    """Ask a function to sign in and confirm its details; silence counts from now on. Errors: NobodySignsIn."""
    if not signs_in(contact_point, local_day()):
        raise NobodySignsIn
    note_asked(actor=actor, contact_point=contact_point)
    return write_letter(
        kind=LetterKind.CONFIRM, contact_point=contact_point, reference=contact_point.reference
    )


def ask_all_due(*, actor: Actor) -> int:
    """Ask whoever's verification grows old within a month and has not been asked; give how many letters."""
    due = due_for_asking(local_day())[:A_NIGHT]
    return len([ask_to_confirm(actor=actor, contact_point=point) for point in due])
