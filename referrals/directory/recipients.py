"""Who answers for a contact point: named on a day, ended on a day."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from referrals.clock.working_days import local_day
from referrals.directory.models import ContactPoint, Recipient


@transaction.atomic
def name_recipient(*, actor: Actor, user: User, contact_point: ContactPoint) -> Recipient:
    """Let a user answer for a contact point from today; naming somebody twice changes nothing."""
    recipient, is_new = Recipient.objects.get_or_create(
        user=user, contact_point=contact_point, until=None, defaults={"since": local_day()}
    )
    if is_new:
        _record(actor, Action.RECIPIENT_NAMED, recipient)
    return recipient


def answering(contact_point: ContactPoint, on: date) -> QuerySet[Recipient]:
    """Give who answers for a contact point on that day, by name."""
    today = Recipient.objects.filter(Q(until=None) | Q(until__gt=on), since__lte=on, user__is_active=True)
    found = today.filter(contact_point=contact_point).select_related("user")
    return found.order_by("user__first_name", "user__username")


@transaction.atomic
def end_recipient(*, actor: Actor, recipient: Recipient) -> Recipient:
    """Let a user answer no longer; from this moment they see nothing of the contact point's referrals."""
    locked = Recipient.objects.select_for_update(of=("self",)).get(pk=recipient.pk)
    if locked.until is None:
        locked.until = local_day()
        locked.save(update_fields=["until"])
        _record(actor, Action.RECIPIENT_ENDED, locked)
    return locked


def _record(actor: Actor, action: Action, recipient: Recipient) -> None:
    subject = Subject(kind="contact_point", reference=recipient.contact_point.reference)
    record(actor=actor, action=action, subject=subject, user=recipient.user.get_username())
