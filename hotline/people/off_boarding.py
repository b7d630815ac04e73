"""Say goodbye: from this moment the person has no session, no password, no second factor, no duty and no case."""

from django.contrib.auth.models import User
from django.db import transaction

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.rehoming.services import leave_cases
from hotline.people.leaving import let_go
from hotline.people.second_factor import forget_second_factor
from hotline.people.sessions import end_sessions_of
from referrals.directory.models import Recipient
from referrals.directory.recipients import end_recipient


class CannotOffBoardOneself(ValueError):
    """Somebody else must close your account."""


@transaction.atomic
def off_board_person(*, actor: Actor, user: User, person: User, successor: User | None = None) -> None:
    """Close an account for good; what the person wrote and what the trail says of them stays.

    Cases and promises go to the successor, or wait on the supervisors' list. Errors: CannotOffBoardOneself;
    NotAColleague where the successor does not work with cases.
    """
    if person == user:
        raise CannotOffBoardOneself
    leave_cases(actor=actor, user=user, person=person, to=successor)
    let_go(actor=actor, person=person)
    person.is_active = False
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])
    forget_second_factor(actor=actor, person=person)
    sessions = end_sessions_of(person.pk)
    for recipient in Recipient.objects.filter(user=person, until=None):
        end_recipient(actor=actor, recipient=recipient)
    subject = Subject(kind="person", reference=person.username)
    record(actor=actor, action=Action.PERSON_OFF_BOARDED, subject=subject, sessions=sessions)
