"""Rows of the record for tests, made by the services themselves."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.models import Entry
from cases.break_glass.models import BreakGlass
from cases.break_glass.services import break_glass
from cases.followups.models import FollowUp
from cases.followups.services import plan_follow_up
from cases.handover.models import HandOver
from cases.handover.services import offer_hand_over
from cases.record.facts import ContactFacts
from cases.record.models import Basis, Case, Contact, Flag, Grant, Note
from cases.record.services import (
    add_note,
    give_grant,
    open_case,
    open_contact,
    protect_case,
    set_flag,
)
from cases.second_looks.models import SecondLook
from cases.second_looks.services import ask_second_look

BEGUN = datetime(2026, 11, 20, 9, 10, tzinfo=UTC)


def make_user(name: str, role: str = "counsellor") -> User:
    """Make an active user of a role."""
    user = User.objects.create_user(username=name)
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def signed_in(user: User) -> Client:
    """Give a browser in which this user is signed in; use it with the second factor off."""
    client = Client()
    client.force_login(user, backend="hotline.people.backend.RoleBackend")
    return client


def actor_for(user: User, role: str = "counsellor") -> Actor:
    """Act as this user."""
    return Actor(label=user.get_username(), role=role)


def make_contact(
    user: User, *, kind: str = "counselling", summary: str = "", facts: ContactFacts | None = None
) -> Contact:
    """Log a telephone contact as this user."""
    return open_contact(
        actor=actor_for(user),
        user=user,
        channel="phone",
        begun_at=BEGUN,
        kind=kind,
        facts=facts,
        summary=summary,
    )


def make_case(user: User, *, summary: str = "") -> Case:
    """Open a case as this user, on a new contact."""
    return open_case(actor=actor_for(user), user=user, contact=make_contact(user, summary=summary)).case


def make_note(case: Case, user: User, text: str = "a note") -> Note:
    """Add a note as this user."""
    return add_note(actor=actor_for(user), user=user, case=case, text=text)


def make_follow_up(case: Case, user: User, *, text: str = "call again", days: int = 7) -> FollowUp:
    """Plan a follow-up as this user."""
    due_on = timezone.localdate() + timedelta(days=days)
    return plan_follow_up(actor=actor_for(user), user=user, case=case, due_on=due_on, text=text)


def flag(case: Case, user: User, kind: str = "do_not_call", *, days: int = 30) -> Flag:
    """Put a warning on a case as this user."""
    until = timezone.localdate() + timedelta(days=days)
    return set_flag(actor=actor_for(user), user=user, case=case, kind=kind, until=until)


def protect(case: Case, user: User) -> None:
    """Give a case protected identity as this user."""
    protect_case(actor=actor_for(user), user=user, case=case)


def hand_over(case: Case, user: User, colleague: User, note: str = "a note") -> HandOver:
    """Offer a case to a colleague as this user."""
    return offer_hand_over(actor=actor_for(user), user=user, case=case, colleague=colleague, note=note)


def ask(case: Case, user: User, colleague: User | None = None, question: str = "a question") -> SecondLook:
    """Ask a colleague, or anyone, for a second look as this user."""
    return ask_second_look(
        actor=actor_for(user), user=user, case=case, question=question, colleague=colleague
    )


def let_in(user: User, case: Case, basis: Basis = Basis.CO_WORKER, hours: float | None = None) -> Grant:
    """Let a user into a case, for some hours or without an end."""
    until = None if hours is None else timezone.now() + timedelta(hours=hours)
    return give_grant(actor=actor_for(user), user=user, case=case, basis=basis, until=until)


def break_in(user: User, case: Case, reason: str = "the caller is on the line again") -> BreakGlass:
    """Open a case in an emergency as this user."""
    return break_glass(actor=actor_for(user), user=user, case=case, reason=reason)


def entries(action: Action) -> list[Entry]:
    """Give what the trail says of an action, oldest first."""
    return list(Entry.objects.filter(action=action).order_by("at"))
