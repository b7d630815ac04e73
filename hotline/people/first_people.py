"""Open a new house to its first two people, of two roles, so that every later change has a second person."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from audit.context import system_actor
from audit.services import record
from hotline.people.invitations import link_for, subject_of
from hotline.people.models import Invitation
from hotline.people.roles import Role


class HouseIsInhabited(RuntimeError):
    """There are accounts already: people are invited by the people who are here."""


@transaction.atomic
def invite_first(*, administrator: str, supervisor: str) -> dict[str, str]:
    """Invite one administrator and one supervisor by e-mail address, and give their links by username."""
    if User.objects.exists():
        raise HouseIsInhabited
    wanted = {Role.ADMINISTRATOR: administrator, Role.SUPERVISOR: supervisor}
    return dict(_invite(role, email) for role, email in wanted.items())


def _invite(role: Role, email: str) -> tuple[str, str]:
    username = email.partition("@")[0].lower()
    invitation = Invitation.objects.create(
        username=username, name=username, email=email, role=role, sent_at=timezone.now()
    )
    actor = system_actor("invite_first")
    record(
        actor=actor,
        action=Action.PERSON_INVITED,
        subject=subject_of(invitation),
        person=username,
        role=role.value,
    )
    return username, link_for(invitation)
