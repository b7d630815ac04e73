"""What somebody leaves behind: to a named colleague, or to nobody until a supervisor finds it an owner."""

from datetime import timedelta
from http import HTTPStatus
from typing import NamedTuple

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from audit.actions import Action
from cases.followups.models import FollowUp
from cases.handover.models import HandOver, HandOverState
from cases.notices.models import Notice, NoticeKind
from cases.record.grants import basis_of, live_grants, owner_of
from cases.record.models import Basis, Case, Grant
from cases.record.refusals import CaseIsMerged, NoAccess, NotAColleague
from cases.rehoming.queries import belongings_of, without_owner
from cases.rehoming.services import HasAnOwner, give_case, leave_cases
from cases.second_looks.models import SecondLook
from tests.cases.factories import (
    actor_for,
    ask,
    entries,
    hand_over,
    let_in,
    make_case,
    make_follow_up,
    make_user,
    protect,
    signed_in,
)

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Settings) -> None:
    settings.SECOND_FACTOR_FORCED = False


class Scene(NamedTuple):
    """A case, its owner's colleague, a supervisor, an administrator, and the supervisor's browser."""

    case: Case
    bob: User
    sam: User
    client: Client


def make_scene() -> Scene:
    make_user("ada", "administrator")
    sam = make_user("sam", "supervisor")
    return Scene(make_case(make_user("alice")), make_user("bob"), sam, signed_in(sam))


@pytest.fixture
def case(scene: Scene) -> Case:
    return scene.case


@pytest.fixture
def alice(case: Case) -> User:
    return case.opened_by


@pytest.fixture
def bob(scene: Scene) -> User:
    return scene.bob


@pytest.fixture
def sam(scene: Scene) -> User:
    return scene.sam


@pytest.fixture
def client(scene: Scene) -> Client:
    return scene.client


def leave(person: User, to: User | None = None) -> int:
    """Let somebody leave, as an administrator."""
    ada = User.objects.get(username="ada")
    return leave_cases(actor=actor_for(ada, "administrator"), user=ada, person=person, to=to)


def test_a_named_colleague_gets_the_cases_and_what_was_promised(alice: User, bob: User, case: Case) -> None:
    protected, bobs = make_case(alice), make_case(bob)
    protect(protected, alice)
    let_in(bob, case)
    let_in(alice, bobs)
    promised = [make_follow_up(each, alice) for each in (case, bobs)]
    found = belongings_of(alice)
    assert (set(found.cases), found.follow_ups) == ({case, protected}, 2)
    assert leave(alice, bob) == 0
    assert {basis_of(bob, each) for each in (case, protected)} == {Basis.OWNER}
    assert not live_grants(alice).exists()
    assert {each.assigned_to for each in FollowUp.objects.filter(pk__in=[f.pk for f in promised])} == {bob}
    assert Grant.objects.filter(case=case, user=bob, until=None).count() == 1
    assert not belongings_of(alice)
    told = Notice.objects.filter(user=bob, kind=NoticeKind.CASE_GIVEN)
    assert {each.reference for each in told} == {case.reference, protected.reference}
    assert {entry.facts["owner"] for entry in entries(Action.CASE_REHOMED)} == {"bob"}
    assert len(entries(Action.FOLLOW_UP_REHOMED)) == 2


def test_without_a_name_they_wait_for_a_supervisor_who_finds_an_owner(
    alice: User, bob: User, case: Case, client: Client
) -> None:
    follow_up = make_follow_up(case, alice)
    assert leave(alice) == 1
    assert list(without_owner()) == [case]
    address = f"/cases/{case.reference}/give/"
    assert case.reference in client.get("/cases/without-owner/").content.decode()
    (look,) = entries(Action.CASES_UNOWNED_SEEN)
    assert (look.actor_label, look.facts) == ("sam", {"cases": 1, "hand_overs": 0})
    for _press in range(2):
        client.post(address, {"colleague": bob.pk})
    owner = owner_of(case)
    assert owner is not None
    assert owner.user == bob
    follow_up.refresh_from_db()
    assert follow_up.assigned_to == bob
    assert not without_owner().exists()
    assert len(entries(Action.CASE_REHOMED)) == 1
    page = signed_in(bob).get(f"/cases/{case.reference}/").content.decode()
    assert "Fick en ny ansvarig" in page
    assert "Lämnades utan ansvarig" in page


def test_hand_overs_and_second_looks_of_who_leaves_wait_for_nobody(
    alice: User, bob: User, case: Case
) -> None:
    carol, bobs = make_user("carol"), make_case(bob)
    of_alice, by_alice = ask(bobs, bob, alice), ask(case, alice, carol)
    to_alice, from_alice = hand_over(bobs, bob, alice), hand_over(case, alice, bob)
    assert leave(alice, carol) == 0
    states = HandOver.objects.filter(pk__in=[to_alice.pk, from_alice.pk]).values_list("state", flat=True)
    assert set(states) == {HandOverState.WITHDRAWN}
    looks = {look.pk: (look.state, look.asked_of) for look in SecondLook.objects.all()}
    assert looks == {of_alice.pk: ("asked", None), by_alice.pk: ("withdrawn", carol)}
    owner = owner_of(to_alice.case)
    assert owner is not None
    assert owner.user == bob
    assert not basis_of(alice, to_alice.case)
    assert Notice.objects.filter(user=bob, kind=NoticeKind.HAND_OVER_WITHDRAWN).count() == 2


def test_a_hand_over_past_its_shift_is_settled_by_a_supervisor(
    alice: User, bob: User, case: Case, sam: User, client: Client
) -> None:
    act = {"actor": actor_for(sam, "supervisor"), "user": sam, "case": case}
    given = hand_over(case, alice, bob)
    with pytest.raises(HasAnOwner):
        give_case(**act, colleague=bob)  # type: ignore[arg-type]
    HandOver.objects.filter(pk=given.pk).update(acknowledge_by=timezone.now() - timedelta(minutes=1))
    assert case.reference in client.get("/cases/without-owner/").content.decode()
    client.post(f"/cases/{case.reference}/give/", {"colleague": sam.pk})
    given.refresh_from_db()
    assert given.state == HandOverState.WITHDRAWN
    assert [basis_of(each, case) for each in (sam, alice, bob)] == [Basis.OWNER, "", ""]
    assert Notice.objects.filter(user=alice, kind=NoticeKind.CASE_TAKEN).count() == 1


def test_only_who_works_with_cases_gets_one_and_only_a_supervisor_gives_it(
    alice: User, bob: User, case: Case, sam: User
) -> None:
    rita = make_user("rita", "recipient")
    with pytest.raises(NotAColleague):
        leave(alice, rita)
    leave_cases(actor=actor_for(sam), user=sam, person=alice)
    with pytest.raises(NotAColleague):
        give_case(actor=actor_for(sam), user=sam, case=case, colleague=rita)
    with pytest.raises(NoAccess):
        give_case(actor=actor_for(bob), user=bob, case=case, colleague=bob)
    Case.objects.filter(pk=case.pk).update(merged_into=make_case(bob))
    with pytest.raises(CaseIsMerged):
        give_case(actor=actor_for(sam), user=sam, case=case, colleague=bob)
    assert not without_owner().exists()


def test_the_pages_are_the_supervisors_and_a_case_with_an_owner_is_not_there(
    alice: User, case: Case, client: Client
) -> None:
    address = f"/cases/{case.reference}/give/"
    assert client.post(address, {"colleague": alice.pk}).status_code == HTTPStatus.NOT_FOUND
    assert case.reference not in client.get("/cases/without-owner/").content.decode()
    for role in ("counsellor", "administrator", "auditor", "recipient"):
        other = signed_in(make_user(f"other-{role}", role))
        assert other.get("/cases/without-owner/").status_code == HTTPStatus.FORBIDDEN
        assert other.post(address, {"colleague": alice.pk}).status_code == HTTPStatus.FORBIDDEN


def test_a_case_given_to_somebody_whose_account_closes_at_that_moment_waits_for_an_owner_again(
    alice: User, bob: User, case: Case, sam: User
) -> None:
    leave(alice)
    leave(bob)  # has nothing yet
    give_case(actor=actor_for(sam, "supervisor"), user=sam, case=case, colleague=bob)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert list(without_owner()) == [case]
    give_case(actor=actor_for(sam, "supervisor"), user=sam, case=case, colleague=sam)
    assert (owner_of(case).user, list(without_owner())) == (sam, [])  # type: ignore[union-attr]
