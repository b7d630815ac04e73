"""A recipient ends a colleague's access to their own function, and may take that back: at once, and both are told.

Giving access takes two of us; taking it away takes one person and a moment, for somebody who has left a municipality
must not read on until we have time. What two have given and one has taken can come back for a fortnight.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from audit.context import Actor
from cases.notices.models import NoticeKind
from cases.notices.services import notify
from cases.record.colleagues import supervisors
from referrals.clock.working_days import local_day
from referrals.delivery.mail import LETTER_LANGUAGE
from referrals.directory.models import ContactPoint, Recipient
from referrals.directory.recipients import answering, end_recipient, name_recipient

COMES_BACK_WITHIN = timedelta(days=14)


class NotAColleague(LookupError):
    """This person does not answer for the function beside you, or not any more."""


@transaction.atomic
def end_colleague(*, actor: Actor, user: User, contact_point: ContactPoint, username: str) -> Recipient:
    """Let a colleague answer no longer, from this moment; the supervisors hear of it. Errors: NotAColleague."""
    _lock(contact_point)
    recipient = colleagues_of(user, contact_point).filter(user__username=username).first()
    if recipient is None:
        raise NotAColleague
    ended = end_recipient(actor=actor, recipient=recipient)
    notify(users=supervisors(), kind=NoticeKind.RECIPIENT_ENDED, reference=contact_point.reference)
    _tell(ended, user)
    return ended


@transaction.atomic
def let_back(*, actor: Actor, user: User, contact_point: ContactPoint, username: str) -> Recipient:
    """Take an ending back. Errors: NotAColleague."""
    _lock(contact_point)
    ended = lately_ended(contact_point).filter(user__username=username).first()
    if ended is None or not _answers(user, contact_point):
        raise NotAColleague
    again = name_recipient(actor=actor, user=ended.user, contact_point=contact_point)
    _tell(again, user)
    return again


def colleagues_of(user: User, contact_point: ContactPoint) -> QuerySet[Recipient]:
    """Give the persons who answer for a function beside this user; nobody where the user does not themselves."""
    if not _answers(user, contact_point):
        return Recipient.objects.none()
    return answering(contact_point, local_day()).exclude(user=user).filter(user__municipal_system=None)


def lately_ended(contact_point: ContactPoint) -> QuerySet[Recipient]:
    """Give who answered until lately and could come back: their account is open, and nobody has let them back."""
    today = local_day()
    here = Recipient.objects.filter(contact_point=contact_point, user__is_active=True)
    ended = here.filter(until__gt=today - COMES_BACK_WITHIN, user__municipal_system=None)
    still = answering(contact_point, today).values("user")
    return ended.exclude(user__in=still).select_related("user").order_by("user", "-until").distinct("user")


def write_to_both(*, recipient: Recipient, by: User) -> None:
    """Write to whom it concerns and to who did it: that something was done, where, and what to do if it is wrong."""
    context = {
        "reference": recipient.contact_point.reference,
        "is_ended": recipient.until is not None,
        "link": settings.PUBLIC_BASE_URL + reverse("referrals:portal-functions"),
    }
    with translation.override(LETTER_LANGUAGE):
        subject = render_to_string("referrals/mail/access_subject.txt", context).strip()
        text = render_to_string("referrals/mail/access.txt", context)
        html = render_to_string("referrals/mail/access.html", context)
        for person in (recipient.user, by):
            letter = EmailMultiAlternatives(subject, text, to=[person.email])
            letter.attach_alternative(html, "text/html")
            letter.send()


def _answers(user: User, contact_point: ContactPoint) -> bool:
    return answering(contact_point, local_day()).filter(user=user).exists()


def _lock(contact_point: ContactPoint) -> None:
    """Keep two who end each other at the same moment in their order: the second is no colleague any more."""
    ContactPoint.objects.select_for_update(of=("self",)).get(pk=contact_point.pk)


def _tell(recipient: Recipient, by: User) -> None:
    from referrals.delivery.tasks import tell_of_access  # noqa: PLC0415 - the task calls back into this module

    tell_of_access.defer(recipient_id=str(recipient.pk), by_id=by.pk)
