"""Co-workers: the owner lets them in and takes them out."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from audit.actions import Action
from cases.access import basis_of
from cases.notices.models import Notice
from cases.record.models import Case
from cases.record.refusals import CaseIsProtected, NoAccess, NotAColleague, NotYours
from cases.record.services import add_co_worker, remove_co_worker
from tests.cases.factories import actor_for, entries, let_in, make_case, make_user, protect
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(scope="module")
def opened(world: World) -> Case:
    return world.make(lambda: make_case(make_user("alice")))


@pytest.fixture
def case(opened: Case) -> Case:
    return copied(opened)


@pytest.fixture
def alice(case: Case) -> User:
    return case.opened_by


@pytest.fixture
def bob() -> User:
    return make_user("bob")


def add(case: Case, user: User, colleague: User) -> None:
    add_co_worker(actor=actor_for(user), user=user, case=case, colleague=colleague)


def test_the_owner_lets_a_colleague_in_once_and_takes_them_out(alice: User, bob: User, case: Case) -> None:
    add(case, alice, bob)
    add(case, alice, bob)
    assert basis_of(bob, case) == "co_worker"
    assert Notice.objects.filter(user=bob, kind="co_worker_added").count() == 1
    take_out: dict[str, Any] = {"actor": actor_for(alice), "user": alice, "case": case, "colleague": bob}
    assert remove_co_worker(**take_out)
    assert not remove_co_worker(**take_out)
    assert basis_of(bob, case) == ""
    assert [entry.facts["user"] for entry in entries(Action.CO_WORKER_REMOVED)] == ["bob"]


def test_a_co_worker_leaves_but_lets_nobody_in_and_takes_nobody_out(
    alice: User, bob: User, case: Case
) -> None:
    carol = make_user("carol")
    let_in(bob, case)
    let_in(carol, case)
    with pytest.raises(NotYours):
        add(case, bob, make_user("dan"))
    with pytest.raises(NotYours):
        remove_co_worker(actor=actor_for(bob), user=bob, case=case, colleague=carol)
    assert remove_co_worker(actor=actor_for(bob), user=bob, case=case, colleague=bob)
    assert (basis_of(bob, case), basis_of(carol, case), basis_of(alice, case)) == ("", "co_worker", "owner")


def test_whom_a_case_cannot_be_shared_with(alice: User, bob: User, case: Case) -> None:
    gone = make_user("gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    for colleague in (alice, gone, make_user("rut", "recipient"), make_user("ada", "administrator")):
        with pytest.raises(NotAColleague):
            add(case, alice, colleague)
    with pytest.raises(NoAccess):
        add(case, make_user("charlie"), bob)
    protect(case, alice)
    with pytest.raises(CaseIsProtected):
        add(case, alice, bob)
    assert case.grants.count() == 1
