"""The letter of the day: that something waits and where to look, once a day; nothing of what it is."""

from datetime import datetime, time

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject
from audit.services import record as write_entry
from cases.my_day.models import DayReminder
from cases.my_day.queries import read_my_day
from cases.record.colleagues import WORKING

FROM, UNTIL = time(7, 0), time(17, 0)  # by the line's wall clock
LETTER_LANGUAGE = "sv"


def people_to_remind(at: datetime) -> QuerySet[User]:
    """Give those who work with cases, can be written to, and have had no letter today; nobody at night."""
    if not FROM <= timezone.localtime(at).time() < UNTIL:
        return User.objects.none()
    told = DayReminder.objects.filter(day=timezone.localdate(at)).values("user")
    working = User.objects.filter(groups__name__in=WORKING, is_active=True)
    return working.exclude(email="").exclude(pk__in=told).distinct().order_by("pk")


@transaction.atomic
def remind(*, actor: Actor, person: User, at: datetime) -> bool:
    """Write to a person for whom something waits today, at most once a day; tells whether a letter left.

    Errors: whatever the mail server raises; then nothing was noted, and the next run tries again.
    """
    if not read_my_day(person, at=at).number:
        return False
    _reminder, new = DayReminder.objects.get_or_create(user=person, day=timezone.localdate(at))
    if not new:
        return False
    with translation.override(LETTER_LANGUAGE):
        link = settings.PUBLIC_BASE_URL + reverse("cases:my-day")
        text = render_to_string("cases/mail/day.txt", {"link": link})
        EmailMessage(_("Your day at Stödtelefonen"), text, to=[person.email]).send()
    subject = Subject(kind="user", reference=person.get_username())
    write_entry(actor=actor, action=Action.DAY_REMINDED, subject=subject)
    return True
