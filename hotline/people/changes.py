"""Changes to what somebody may do: asked for by one person and, where callers are at stake, approved by another."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.rehoming.services import leave_cases
from hotline.people.invitations import release_invitation, withdraw_invitation
from hotline.people.leaving import let_go
from hotline.people.models import Change, Invitation
from hotline.people.roles import GIVEN_BY_TWO, OPENS_NOTES, Role, role_of, set_role
from hotline.people.second_factor import forget_second_factor
from hotline.people.sessions import end_sessions_of


class SecondPersonNeeded(PermissionError):
    """Somebody else, with another role, must decide this: neither who asked nor whom it concerns."""


class AlreadyDecided(ValueError):
    """This change has been decided already."""


class AlreadyAsked(ValueError):
    """The same change for this person is already waiting."""


class RoleNotChangeable(ValueError):
    """A recipient belongs to a contact point: invite the person anew instead."""


@transaction.atomic
def request_role(*, actor: Actor, user: User, person: User, role: str) -> Change | None:
    """Give somebody another role at once, or ask for it where two must give it; gives the waiting change, if any."""
    if Role.RECIPIENT in {role, role_of(person)} or person == user:
        raise RoleNotChangeable
    if role in GIVEN_BY_TWO:
        return _ask(actor=actor, user=user, person=person, kind=Change.Kind.ROLE, role=role)
    _change_role(actor, user, person, role)
    return None


@transaction.atomic
def request_new_credentials(*, actor: Actor, user: User, person: User) -> Change:
    """Ask that somebody may choose a new password and second factor; a stranger's access would begin like this."""
    return _ask(actor=actor, user=user, person=person, kind=Change.Kind.CREDENTIALS, role=role_of(person))


@transaction.atomic
def approve_change(*, actor: Actor, user: User, change: Change) -> Change:
    """Approve as the second person, and carry it out. Errors: SecondPersonNeeded, AlreadyDecided."""
    decided = _decide(user, change, Change.State.APPROVED)
    record(actor=actor, action=Action.CHANGE_APPROVED, subject=subject_of(decided), kind=decided.kind)
    if decided.invitation is not None:
        release_invitation(actor=actor, invitation=decided.invitation)
    elif decided.person is not None and decided.kind == Change.Kind.ROLE:
        _change_role(actor, user, decided.person, decided.role)
    elif decided.person is not None:
        _reset_credentials(actor, decided.person, decided.requested_by)
    return decided


@transaction.atomic
def refuse_change(*, actor: Actor, user: User, change: Change) -> Change:
    """Refuse as the second person. Errors: SecondPersonNeeded, AlreadyDecided."""
    decided = _decide(user, change, Change.State.REFUSED)
    record(actor=actor, action=Action.CHANGE_REFUSED, subject=subject_of(decided), kind=decided.kind)
    if decided.invitation is not None:
        withdraw_invitation(actor=actor, invitation=decided.invitation)
    return decided


def may_decide(user: User, change: Change) -> bool:
    """Tell whether somebody is the second person this change needs."""
    own = user.pk in {change.requested_by_id, change.person_id}
    return not own and role_of(user) not in {"", change.requested_role}


def subject_of(change: Change) -> Subject:
    """Name a change as the trail does."""
    return Subject(kind="change", reference=change.reference)


def _ask(*, actor: Actor, user: User, person: User, kind: str, role: str) -> Change:
    if Change.objects.filter(person=person, kind=kind, state=Change.State.PENDING).exists():
        raise AlreadyAsked
    change = Change.objects.create(
        kind=kind, person=person, role=role, requested_by=user, requested_role=role_of(user)
    )
    subject = subject_of(change)
    record(
        actor=actor,
        action=Action.CHANGE_REQUESTED,
        subject=subject,
        kind=kind,
        person=person.username,
        role=role,
    )
    return change


def _decide(user: User, change: Change, state: str) -> Change:
    locked = Change.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if locked.state != Change.State.PENDING:
        raise AlreadyDecided
    if not may_decide(user, locked):
        raise SecondPersonNeeded
    locked.state, locked.decided_by, locked.decided_role = state, user, role_of(user)
    locked.decided_at = timezone.now()
    locked.save(update_fields=["state", "decided_by", "decided_role", "decided_at"])
    return locked


def _change_role(actor: Actor, user: User, person: User, role: str) -> None:
    before = role_of(person)
    let_go(actor=actor, person=person)
    if role not in OPENS_NOTES:
        leave_cases(actor=actor, user=user, person=person)
    set_role(person, role)
    end_sessions_of(person.pk)
    subject = Subject(kind="person", reference=person.username)
    record(actor=actor, action=Action.ROLE_CHANGED, subject=subject, before=before, after=role)


def _reset_credentials(actor: Actor, person: User, requested_by: User) -> None:
    person.set_unusable_password()
    person.save(update_fields=["password"])
    forget_second_factor(actor=actor, person=person)
    end_sessions_of(person.pk)
    subject = Subject(kind="person", reference=person.username)
    record(actor=actor, action=Action.CREDENTIALS_RESET, subject=subject)
    invitation = Invitation.objects.create(
        username=person.username,
        name=person.get_full_name(),
        email=person.email,
        role=role_of(person),
        renews=person,
        invited_by=requested_by,
    )
    release_invitation(actor=actor, invitation=invitation)
