import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client

from audit.actions import Action
from audit.models import Entry
from hotline.people.changes import (
    AlreadyAsked,
    AlreadyDecided,
    RoleNotChangeable,
    SecondPersonNeeded,
    approve_change,
    refuse_change,
    request_new_credentials,
    request_role,
)
from hotline.people.models import Change, Invitation
from hotline.people.roles import Role, role_of
from tests.hotline.people.factories import (
    PASSWORD,
    actor_for,
    just_signed_in,
    make_contact_point,
    make_person,
    sign_in,
)
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def make_scene() -> dict[str, User]:
    roles = {"alice": Role.ADMINISTRATOR, "bob": Role.SUPERVISOR, "charlie": Role.AUDITOR}
    return {name: make_person(name, role) for name, role in roles.items()}


@pytest.fixture(scope="module")
def windows(world: World) -> dict[str, Client]:
    """Let anna, a supervisor, and beata, an administrator, just have shown who they are."""
    return world.make(
        lambda: {
            Role.SUPERVISOR: just_signed_in("anna", Role.SUPERVISOR),
            Role.ADMINISTRATOR: just_signed_in("beata", Role.ADMINISTRATOR),
        }
    )


@pytest.fixture
def anna(windows: dict[str, Client]) -> Client:
    return copied(windows[Role.SUPERVISOR])


@pytest.fixture
def beata(windows: dict[str, Client]) -> Client:
    return copied(windows[Role.ADMINISTRATOR])


def ask(asker: User, person: User, role: str = Role.COUNSELLOR) -> Change:
    change = request_role(actor=actor_for(asker), user=asker, person=person, role=role)
    assert change is not None
    return change


def approve(person: User, change: Change) -> Change:
    return approve_change(actor=actor_for(person), user=person, change=change)


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def test_a_role_that_opens_notes_is_given_when_a_supervisor_agrees_with_an_administrator(
    alice: User, bob: User, charlie: User
) -> None:
    change = ask(alice, charlie)
    assert role_of(fresh(charlie)) == Role.AUDITOR

    approve(bob, change)
    assert role_of(fresh(charlie)) == Role.COUNSELLOR
    entry = Entry.objects.get(action=Action.ROLE_CHANGED)
    assert (entry.actor_label, entry.facts["after"]) == ("bob", "counsellor")


@pytest.mark.parametrize("inviter", [Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_nobody_makes_their_own_second_person(inviter: str, windows: dict[str, Client]) -> None:
    form = {"name": "Dora", "username": "dora", "email": "dora@example.org", "role": Role.ADMINISTRATOR}

    copied(windows[inviter]).post("/people/invite/", form)

    assert Invitation.objects.get(username="dora").sent_at is None


def test_nobody_alone_lets_somebody_in_to_what_was_sent_to_a_municipality(beata: Client) -> None:
    point = make_contact_point()
    form = {"name": "Dora", "username": "dora", "email": "dora@example.org", "role": Role.RECIPIENT}

    beata.post("/people/invite/", form | {"contact_point": point.pk})

    assert Invitation.objects.get(username="dora").sent_at is None


def test_a_role_that_decides_as_second_person_is_not_given_by_one_alone(alice: User, charlie: User) -> None:
    ask(alice, charlie, Role.ADMINISTRATOR)

    assert role_of(fresh(charlie)) == Role.AUDITOR


def test_nobody_is_their_own_second_person(alice: User, charlie: User) -> None:
    with pytest.raises(SecondPersonNeeded):
        approve(alice, ask(alice, charlie))


def test_a_colleague_of_the_same_role_is_no_second_person(alice: User, charlie: User) -> None:
    dora = make_person("dora", Role.ADMINISTRATOR)

    with pytest.raises(SecondPersonNeeded):
        approve(dora, ask(alice, charlie))


def test_whom_it_concerns_is_no_second_person(alice: User, bob: User) -> None:
    with pytest.raises(SecondPersonNeeded):
        approve(bob, ask(alice, bob))


def test_the_database_refuses_a_decision_by_the_same_person_or_role(alice: User, charlie: User) -> None:
    change = ask(alice, charlie)

    with pytest.raises(IntegrityError, match="change_decided_by_another"), transaction.atomic():
        Change.objects.filter(pk=change.pk).update(
            state="approved", decided_by=alice, decided_role=Role.SUPERVISOR
        )
    with pytest.raises(IntegrityError, match="change_decided_by_another"), transaction.atomic():
        Change.objects.filter(pk=change.pk).update(
            state="approved", decided_by=charlie, decided_role=Role.ADMINISTRATOR
        )


def test_a_change_is_decided_once(alice: User, bob: User, charlie: User) -> None:
    change = ask(alice, charlie)
    refuse_change(actor=actor_for(bob), user=bob, change=change)

    with pytest.raises(AlreadyDecided):
        approve(bob, change)
    assert role_of(fresh(charlie)) == Role.AUDITOR


def test_the_same_change_waits_once(alice: User, charlie: User) -> None:
    ask(alice, charlie)

    with pytest.raises(AlreadyAsked):
        ask(alice, charlie, Role.SUPERVISOR)


def test_a_role_that_opens_nothing_is_given_at_once_and_ends_the_session(alice: User) -> None:
    doras = just_signed_in("dora", Role.SUPERVISOR)
    dora = User.objects.get(username="dora")

    assert request_role(actor=actor_for(alice), user=alice, person=dora, role=Role.AUDITOR) is None

    assert role_of(fresh(dora)) == Role.AUDITOR
    assert doras.get("/people/").headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("role", [Role.RECIPIENT])
def test_nobody_becomes_a_recipient_without_a_contact_point(role: Role, alice: User, charlie: User) -> None:
    with pytest.raises(RoleNotChangeable):
        request_role(actor=actor_for(alice), user=alice, person=charlie, role=role)


def test_nobody_changes_their_own_role(alice: User) -> None:
    with pytest.raises(RoleNotChangeable):
        request_role(actor=actor_for(alice), user=alice, person=alice, role=Role.AUDITOR)


def test_reset_credentials_stop_working_when_approved_and_a_letter_opens_the_way_back(
    alice: User, bob: User
) -> None:
    doras = just_signed_in("dora", Role.COUNSELLOR)
    dora = User.objects.get(username="dora")
    Authenticator.objects.create(user=dora, type="webauthn", data={})
    change = request_new_credentials(actor=actor_for(alice), user=alice, person=dora)
    assert sign_in(Client(), "dora") == 302

    approve(bob, change)

    assert sign_in(Client(), "dora", PASSWORD) == 200
    assert not Authenticator.objects.filter(user=dora).exists()
    assert doras.get("/accounts/2fa/").headers["Location"].startswith("/accounts/login/")
    assert Invitation.objects.get(renews=dora).sent_at is not None


def test_an_invitation_refused_by_the_second_person_is_dead(anna: Client, beata: Client) -> None:
    form = {"name": "Dora", "username": "dora", "email": "dora@example.org", "role": Role.COUNSELLOR}
    anna.post("/people/invite/", form)
    invitation = Invitation.objects.get(username="dora")

    beata.post(f"/people/changes/{invitation.change.reference}/refuse/")

    invitation.refresh_from_db()
    assert invitation.withdrawn_at is not None
    assert invitation.sent_at is None


def test_through_the_page_a_second_person_releases_the_letter(anna: Client, beata: Client) -> None:
    form = {"name": "Dora", "username": "dora", "email": "dora@example.org", "role": Role.COUNSELLOR}
    anna.post("/people/invite/", form)
    invitation = Invitation.objects.get(username="dora")
    approve_path = f"/people/changes/{invitation.change.reference}/approve/"

    anna.post(approve_path)
    invitation.refresh_from_db()
    assert invitation.sent_at is None

    beata.post(approve_path)
    invitation.refresh_from_db()
    assert invitation.sent_at is not None
