"""What counsellors are told by the hour: a function that has not come, a letter that did not arrive."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.context import system_actor
from cases.notices.models import NoticeKind
from cases.notices.services import notify
from referrals.clock.working_days import local_day
from referrals.delivery.models import Letter
from referrals.directory.models import ContactPoint
from referrals.referral.models import Referral
from referrals.referral.parties import responsible_for, supervisors
from referrals.referral.states import WITH_RECEIVER
from referrals.welcome.models import Welcome
from referrals.welcome.services import end_if_needless


@transaction.atomic
def tell_of_absent_functions() -> int:
    """Tell, once each, the counsellors whose referrals wait for a function that has not come; gives how many."""
    late = Welcome.objects.waiting().filter(call_after__lt=local_day(), told_at=None)
    told = 0
    for welcome in late.select_for_update(of=("self",), skip_locked=True).select_related("contact_point"):
        if end_if_needless(actor=system_actor("referrals"), welcome=welcome):
            continue
        for referral in _waiting_for(welcome.contact_point):
            notify(
                users=responsible_for(referral),
                kind=NoticeKind.WELCOME_UNREDEEMED,
                reference=referral.reference,
            )
        welcome.told_at = timezone.now()
        welcome.save(update_fields=["told_at"])
        told += 1
    return told


@transaction.atomic
def tell_of_undelivered_letters() -> int:
    """Tell, once each, the counsellor whose letter did not arrive, and where there is none the supervisors."""
    letters = Letter.objects.undelivered().filter(told_at=None).select_related("contact_point")
    told = 0
    for letter in letters.select_for_update(of=("self",), skip_locked=True):
        _tell_of(letter)
        letter.told_at = timezone.now()
        letter.save(update_fields=["told_at"])
        told += 1
    return told


def _tell_of(letter: Letter) -> None:
    about = Q(receiver_reference=letter.reference)
    if letter.reference.startswith("W-"):
        about = Q(contact_point=letter.contact_point, state__in=WITH_RECEIVER)
    concerned = Referral.objects.filter(about).select_related("case")
    tellings: list[tuple[User, str]] = [
        (user, each.reference) for each in concerned for user in responsible_for(each)
    ]
    for user, reference in tellings or [(each, letter.reference) for each in supervisors()]:
        notify(users=[user], kind=NoticeKind.LETTER_UNDELIVERED, reference=reference)


def _waiting_for(point: ContactPoint) -> list[Referral]:
    return list(Referral.objects.filter(contact_point=point, state__in=WITH_RECEIVER).select_related("case"))
