from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from audit.actions import Action
from audit.models import Entry
from hotline.people.invitations import (
    InvitationUnusable,
    accept_invitation,
    find_invitation,
    invite_person,
    link_for,
    withdraw_invitation,
)
from hotline.people.mail import send_invitation
from hotline.people.models import Change, Invitation
from hotline.people.roles import Role, role_of
from referrals.directory.models import Recipient
from tests.hotline.people.factories import (
    actor_for,
    just_signed_in,
    make_contact_point,
    make_invitation,
    make_person,
    sign_in,
)

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
CHOSEN = {"password": "sex ord som passar bra", "again": "sex ord som passar bra"}


def path_of(invitation: Invitation) -> str:
    return link_for(invitation).removeprefix("http://testserver")


def test_whoever_is_invited_chooses_a_password_and_signs_in(client: Client) -> None:
    invitation = make_invitation(Role.AUDITOR)

    assert client.get(path_of(invitation)).status_code == 200
    assert client.post(path_of(invitation), CHOSEN).status_code == 302

    bob = User.objects.get(username="bob")
    assert role_of(bob) == Role.AUDITOR
    assert sign_in(client, "bob", CHOSEN["password"]) == 302
    assert Entry.objects.filter(action=Action.INVITATION_ACCEPTED, actor_label="bob").count() == 1


def test_a_link_works_once(client: Client) -> None:
    invitation = make_invitation()
    client.post(path_of(invitation), CHOSEN)

    assert client.get(path_of(invitation)).status_code == 404
    assert client.post(path_of(invitation), CHOSEN).status_code == 404
    assert User.objects.filter(username="bob").count() == 1


def test_a_new_password_for_somebody_who_has_left_meanwhile_is_refused(client: Client) -> None:
    bob = make_person("bob", Role.AUDITOR)
    invitation = make_invitation(renews=bob)
    User.objects.filter(pk=bob.pk).update(is_active=False)

    assert client.post(path_of(invitation), CHOSEN).status_code == 404
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_an_address_that_somebody_has_is_not_invited_again() -> None:
    client = just_signed_in("alice", Role.ADMINISTRATOR)
    make_person("bob", Role.AUDITOR)

    page = client.post(
        "/people/invite/",
        {"name": "Bob", "username": "bob2", "email": "BOB@example.org", "role": Role.AUDITOR},
    )

    assert page.status_code == 200
    assert not Invitation.objects.exists()


def test_of_two_who_hold_the_page_open_only_one_gets_in() -> None:
    invitation = make_invitation()
    accept_invitation(invitation=invitation, password=CHOSEN["password"])

    with pytest.raises(InvitationUnusable):
        accept_invitation(invitation=invitation, password="a second password here")


def test_after_three_days_the_link_is_dead(client: Client) -> None:
    path = path_of(make_invitation())

    with time_machine.travel(timezone.now() + timedelta(days=3, seconds=1)):
        assert client.get(path).status_code == 404


def test_a_withdrawn_invitation_is_dead(client: Client) -> None:
    invitation, alice = make_invitation(), make_person("alice", Role.SUPERVISOR)

    withdraw_invitation(actor=actor_for(alice), invitation=invitation)

    assert client.get(path_of(invitation)).status_code == 404
    with pytest.raises(InvitationUnusable):
        withdraw_invitation(actor=actor_for(alice), invitation=invitation)


@pytest.mark.parametrize("change", [lambda link: link[:-2] + "x/", lambda link: link.replace("P-", "P-X", 1)])
def test_a_link_that_was_changed_or_made_up_opens_nothing(client: Client, change: object) -> None:
    path = path_of(make_invitation())

    assert client.get(change(path)).status_code == 404  # type: ignore[operator]


def test_the_link_cannot_be_written_from_what_the_database_holds() -> None:
    invitation = make_invitation()
    token = path_of(invitation).split("/")[-2]

    assert find_invitation(token) == invitation
    assert token.split(":")[1] not in str(list(Invitation.objects.values()))
    with pytest.raises(InvitationUnusable):
        find_invitation(invitation.reference)


def test_a_weak_or_mistyped_password_is_told_and_changes_nothing(client: Client) -> None:
    path = path_of(make_invitation())

    short = client.post(path, {"password": "kort", "again": "kort"})
    differing = client.post(path, CHOSEN | {"again": "something else"})

    assert (short.status_code, differing.status_code) == (200, 200)
    assert "ds-validation-message" in short.content.decode()
    assert not User.objects.filter(username="bob").exists()


def test_a_recipient_answers_for_the_contact_point_from_the_first_day() -> None:
    point = make_contact_point()
    invitation = make_invitation(Role.RECIPIENT, contact_point=point)

    bob = accept_invitation(invitation=invitation, password=CHOSEN["password"])

    assert Recipient.objects.get(user=bob, until=None).contact_point == point


def test_the_database_refuses_a_recipient_without_a_contact_point() -> None:
    with pytest.raises(IntegrityError, match="invitation_recipient_has_contact_point"), transaction.atomic():
        make_invitation(Role.RECIPIENT)


def test_a_supervisor_invites_an_auditor_and_the_letter_leaves_with_the_link_alone() -> None:
    client = just_signed_in("alice", Role.SUPERVISOR)
    form = {"name": "Bob", "username": "bob", "email": "bob@example.org", "role": Role.AUDITOR}

    assert client.post("/people/invite/", form).status_code == 302

    invitation = Invitation.objects.get(username="bob")
    job = ProcrastinateJob.objects.get(task_name="people.send_invitation")
    assert job.args == {"reference": invitation.reference}
    send_invitation(reference=invitation.reference)
    assert mail.outbox[0].to == ["bob@example.org"]
    assert link_for(invitation) in mail.outbox[0].body


def test_an_invited_counsellor_gets_no_letter_before_a_second_person_agrees(client: Client) -> None:
    alice = make_person("alice", Role.SUPERVISOR)

    invitation = invite_person(
        actor=actor_for(alice),
        user=alice,
        username="bob",
        name="Bob",
        email="bob@example.org",
        role=Role.COUNSELLOR,
        contact_point=None,
    )

    send_invitation(reference=invitation.reference)
    assert mail.outbox == []
    assert client.get(path_of(invitation)).status_code == 404
    assert Change.objects.get(invitation=invitation).state == Change.State.PENDING


def test_a_username_is_promised_once() -> None:
    client = just_signed_in("alice", Role.SUPERVISOR)
    make_invitation(username="bob")
    form = {"name": "Bob", "username": "Bob", "email": "bob@example.org", "role": Role.AUDITOR}

    page = client.post("/people/invite/", form)

    assert page.status_code == 200
    assert Invitation.objects.count() == 1
