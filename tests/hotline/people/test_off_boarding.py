import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from audit.actions import Action
from audit.models import Entry
from cases.record.grants import basis_of, live_grants
from cases.rehoming.queries import without_owner
from hotline.lines.duty import go_on_duty
from hotline.lines.endpoints import set_endpoint
from hotline.lines.models import Duty
from hotline.people.changes import approve_change, request_role
from hotline.people.models import Session
from hotline.people.off_boarding import CannotOffBoardOneself, off_board_person
from hotline.people.roles import Role
from referrals.directory.models import Recipient
from tests.cases.factories import make_case
from tests.hotline.factories import COUNSELLORS_PHONE, make_line
from tests.hotline.people.factories import actor_for, just_signed_in, make_contact_point, make_person, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def make_scene() -> dict[str, User]:
    roles = {"alice": Role.ADMINISTRATOR, "bob": Role.COUNSELLOR, "charlie": Role.COUNSELLOR}
    return {name: make_person(name, role) for name, role in roles.items()}


def test_off_boarding_ends_the_session_in_the_same_moment(alice: User) -> None:
    client = just_signed_in("dora", Role.SUPERVISOR)
    assert client.get("/people/").status_code == 200
    dora = User.objects.get(username="dora")

    off_board_person(actor=actor_for(alice), user=alice, person=dora)

    assert client.get("/people/").status_code == 302
    assert not Session.objects.filter(user=dora).exists()
    assert sign_in(Client(), "dora") == 200
    entry = Entry.objects.get(action=Action.PERSON_OFF_BOARDED)
    assert (entry.actor_label, entry.subject_reference, entry.facts["sessions"]) == ("alice", "dora", 1)


def test_off_boarding_closes_every_case_to_the_person_and_none_to_others(
    alice: User, bob: User, charlie: User
) -> None:
    make_case(charlie)
    make_case(bob)

    off_board_person(actor=actor_for(alice), user=alice, person=charlie)

    charlie.is_active = True
    assert not live_grants(charlie).exists()
    assert live_grants(bob).count() == 1


def test_what_somebody_leaves_behind_is_listed_and_goes_to_whoever_is_named(bob: User, charlie: User) -> None:
    client = just_signed_in("anna", Role.ADMINISTRATOR)
    case = make_case(charlie)
    page = client.get("/people/person/charlie/").content.decode()
    assert case.reference in page
    assert "1 ärende" in page
    look = Entry.objects.get(action=Action.PERSON_VIEWED)
    assert (look.actor_label, look.subject_reference, look.facts) == ("anna", "charlie", {"cases": 1})
    rita = make_person("rita", Role.RECIPIENT)
    client.post("/people/person/charlie/off-board/", {"successor": rita.pk})
    assert User.objects.get(username="charlie").is_active

    client.post("/people/person/charlie/off-board/", {"successor": bob.pk})

    assert not User.objects.get(username="charlie").is_active
    assert basis_of(bob, case) == "owner"
    assert not without_owner().exists()


def test_without_a_name_the_cases_wait_for_the_supervisors(alice: User, charlie: User) -> None:
    case = make_case(charlie)

    off_board_person(actor=actor_for(alice), user=alice, person=charlie)

    assert list(without_owner()) == [case]


def test_a_role_that_opens_no_cases_keeps_none_and_one_that_does_keeps_them(
    alice: User, charlie: User
) -> None:
    second = make_person("sam", Role.SUPERVISOR)
    case = make_case(charlie)
    change = request_role(actor=actor_for(alice), user=alice, person=charlie, role=Role.SUPERVISOR)
    assert change is not None
    approve_change(actor=actor_for(second), user=second, change=change)
    assert basis_of(User.objects.get(username="charlie"), case) == "owner"

    request_role(actor=actor_for(alice), user=alice, person=charlie, role=Role.AUDITOR)

    assert list(without_owner()) == [case]


def test_an_off_boarded_recipient_answers_for_nothing(alice: User) -> None:
    rita = make_person("rita", Role.RECIPIENT)
    Recipient.objects.create(user=rita, contact_point=make_contact_point(), since=timezone.localdate())

    off_board_person(actor=actor_for(alice), user=alice, person=rita)

    assert not Recipient.objects.filter(user=rita, until=None).exists()


def put_on_duty(person: User) -> None:
    set_endpoint(actor=actor_for(person), user=person, phone=COUNSELLORS_PHONE)
    go_on_duty(actor=actor_for(person), user=person, line=make_line())


def test_no_caller_is_connected_to_somebody_who_has_left(alice: User, charlie: User) -> None:
    put_on_duty(charlie)

    off_board_person(actor=actor_for(alice), user=alice, person=charlie)

    assert not Duty.objects.filter(until=None).exists()
    entry = Entry.objects.get(action=Action.DUTY_ENDED)
    assert (entry.actor_label, entry.subject_reference) == ("alice", "charlie")


def test_no_caller_is_connected_to_somebody_whose_role_takes_no_calls_any_more(
    alice: User, charlie: User
) -> None:
    put_on_duty(charlie)

    request_role(actor=actor_for(alice), user=alice, person=charlie, role=Role.AUDITOR)

    assert not Duty.objects.filter(until=None).exists()


def test_nobody_closes_their_own_account(alice: User) -> None:
    with pytest.raises(CannotOffBoardOneself):
        off_board_person(actor=actor_for(alice), user=alice, person=alice)


def test_through_the_page_an_administrator_closes_an_account(charlie: User) -> None:
    client = just_signed_in("anna", Role.ADMINISTRATOR)
    client.post("/people/person/charlie/off-board/")

    assert not User.objects.get(username="charlie").is_active
