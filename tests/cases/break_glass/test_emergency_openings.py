"""Emergency openings: a reason, three hours, the owner told, and a look by somebody else."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import Action
from cases.access import basis_of, get_case
from cases.break_glass import services
from cases.break_glass.models import BreakGlass
from cases.break_glass.queries import reviewed_openings, waiting_openings
from cases.break_glass.refusals import FindingMissing, OnlySupervisors, OpenToYou, OwnOpening
from cases.notices.models import Notice
from cases.record.models import Case, Grant
from cases.record.refusals import IdTaken, NoAccess, NotForYou, ReasonMissing, SettledAlready
from cases.record.services import protect_case, read_note
from cases.vault.models import DataKey
from cases.vault.services import Owner, keys_of
from tests.cases.factories import (
    actor_for,
    break_in,
    entries,
    let_in,
    make_case,
    make_note,
    make_user,
    protect,
)
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
REASON = "the caller says that he has left home with a weapon"


@pytest.fixture(scope="module")
def opened(world: World) -> Case:
    return world.make(lambda: make_case(make_user("alice")))


@pytest.fixture(scope="module")
def colleague(world: World) -> User:
    return world.make(lambda: make_user("bob"))


@pytest.fixture
def case(opened: Case) -> Case:
    return copied(opened)


@pytest.fixture
def alice(case: Case) -> User:
    return case.opened_by


@pytest.fixture
def bob(colleague: User) -> User:
    return copied(colleague)


@pytest.fixture
def sam() -> User:
    return make_user("sam", "supervisor")


def review(opening: BreakGlass, user: User, finding: str = "justified", remark: str = "") -> BreakGlass:
    return services.review_opening(
        actor=actor_for(user), user=user, opening=opening, finding=finding, remark=remark
    )


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).values_list("kind", flat=True))


def test_bob_opens_the_case_for_three_hours_and_it_ends_by_itself(
    alice: User, bob: User, sam: User, case: Case
) -> None:
    note = make_note(case, alice, "what was said")
    opening = break_in(bob, case, REASON)
    assert basis_of(bob, case) == "break_glass"
    assert get_case(bob, case.reference) == case
    assert read_note(actor=actor_for(bob), user=bob, note=note) == "what was said"
    assert entries(Action.NOTE_READ)[0].facts["basis"] == "break_glass"
    assert opening.until == opening.grant.until
    with time_machine.travel(timezone.now() + timedelta(hours=2, minutes=59)):
        assert basis_of(bob, case) == "break_glass"
    with time_machine.travel(timezone.now() + timedelta(hours=3, seconds=1)):
        assert basis_of(bob, case) == ""
    assert (told(alice), told(bob), told(sam)) == (["case_broken_open"], [], ["break_glass_to_review"])
    (entry,) = entries(Action.GLASS_BROKEN)
    assert (entry.actor_label, entry.subject_reference) == ("bob", case.reference)
    assert REASON not in str([vars(each) for each in entries(Action.GLASS_BROKEN)])


def test_the_reason_is_sealed_and_reading_it_is_recorded(
    alice: User, bob: User, sam: User, case: Case
) -> None:
    opening = break_in(bob, case, REASON)
    assert REASON.encode() not in bytes(BreakGlass.objects.get().reason)
    for reader in (alice, bob, sam):
        texts = services.read_opening(actor=actor_for(reader), user=reader, opening=opening)
        assert texts is not None
        assert texts.reason == REASON
    read = [(entry.actor_label, entry.facts["basis"]) for entry in entries(Action.GLASS_REASON_READ)]
    assert read == [("alice", "owner"), ("bob", "break_glass"), ("sam", "review")]
    charlie = make_user("charlie")
    with pytest.raises(NoAccess):
        services.read_opening(actor=actor_for(charlie), user=charlie, opening=opening)


def test_nothing_opens_without_a_reason_or_where_it_is_open_already(
    alice: User, bob: User, case: Case
) -> None:
    for empty in ("", "  \n"):
        with pytest.raises(ReasonMissing):
            break_in(bob, case, empty)
    with pytest.raises(OpenToYou):
        break_in(alice, case)
    first = break_in(bob, case)
    with pytest.raises(OpenToYou):
        break_in(bob, case)
    assert BreakGlass.objects.get() == first
    carol = make_user("carol")
    assert break_in(carol, case) != first
    with time_machine.travel(timezone.now() + timedelta(hours=4)):
        assert break_in(bob, case).pk != first.pk


def test_a_second_press_opens_nothing_more_and_the_id_of_another_is_refused(
    alice: User, bob: User, case: Case
) -> None:
    record, carol = uuid.uuid4(), make_user("carol")
    openings = {
        services.break_glass(actor=actor_for(bob), user=bob, case=case, reason=REASON, record=record)
        for _press in range(2)
    }
    assert len(openings) == len(told(alice)) == Grant.objects.filter(user=bob).count() == 1
    with pytest.raises(IdTaken):
        services.break_glass(actor=actor_for(carol), user=carol, case=case, reason=REASON, record=record)


def test_a_protected_case_opens_to_a_supervisor_only_and_the_try_is_recorded(
    alice: User, bob: User, sam: User, case: Case
) -> None:
    break_in(bob, case)
    protect(case, alice)
    assert basis_of(bob, case) == "", "setting protected identity shuts who broke in before"
    carol = make_user("carol")
    with pytest.raises(OnlySupervisors):
        break_in(carol, case)
    (entry,) = entries(Action.CASE_REFUSED)
    assert (entry.actor_label, entry.facts) == ("carol", {"emergency": True})
    break_in(sam, case)
    assert basis_of(sam, case) == "break_glass"
    assert told(alice) == ["case_broken_open", "case_broken_open"]


def test_who_does_not_work_with_cases_and_what_is_no_longer_there_is_refused(
    alice: User, bob: User, case: Case
) -> None:
    for name, role in (("dora", "auditor"), ("erik", "administrator"), ("rut", "recipient")):
        with pytest.raises(NoAccess):
            break_in(make_user(name, role), case)
    gone = make_user("gone")
    gone.is_active = False
    gone.save()
    with pytest.raises(NoAccess):
        break_in(gone, case)
    other = make_case(alice)
    Case.objects.filter(pk=other.pk).update(merged_into=case)
    with pytest.raises(NoAccess):
        break_in(bob, other)
    assert not BreakGlass.objects.exists()


def test_another_supervisor_signs_it_off_once_and_nobody_their_own(
    alice: User, bob: User, sam: User, case: Case
) -> None:
    opening = break_in(bob, case)
    assert list(waiting_openings()) == [opening]
    for user, refusal in ((alice, NotForYou), (bob, NotForYou)):
        with pytest.raises(refusal):
            review(opening, user)
    with pytest.raises(FindingMissing):
        review(opening, sam, "sounds fine")
    review(opening, sam, remark="it was acute")
    with pytest.raises(SettledAlready):
        review(opening, sam)
    assert (list(waiting_openings()), list(reviewed_openings())) == ([], [opening])
    assert basis_of(bob, case) == "break_glass", "what was justified runs out by itself"
    assert told(bob) == ["break_glass_reviewed"]
    (entry,) = entries(Action.GLASS_REVIEWED)
    assert (entry.actor_label, entry.facts) == ("sam", {"user": "bob", "finding": "justified"})
    texts = services.read_opening(actor=actor_for(sam), user=sam, opening=BreakGlass.objects.get())
    assert texts is not None
    assert (texts.reason, texts.remark) == ("the caller is on the line again", "it was acute")
    own = break_in(sam, make_case(alice))
    with pytest.raises(OwnOpening):
        review(own, sam)
    BreakGlass.objects.filter(pk=own.pk).update(finding="")
    with pytest.raises(IntegrityError), transaction.atomic():
        BreakGlass.objects.filter(pk=own.pk).update(
            finding="justified", reviewed_at=timezone.now(), reviewed_by=sam
        )


def test_an_opening_whose_reason_is_destroyed_can_still_be_signed_off(
    bob: User, sam: User, case: Case
) -> None:
    opening = break_in(bob, case)
    DataKey.objects.filter(pk__in=keys_of(Owner("case", case.pk))).delete()
    assert services.read_opening(actor=actor_for(sam), user=sam, opening=opening) is None
    assert Notice.objects.unseen_by(sam).exists()
    assert review(opening, sam).finding == "justified"
    assert not Notice.objects.unseen_by(sam).exists()


def test_what_was_not_justified_ends_at_once_and_says_why(bob: User, sam: User, case: Case) -> None:
    opening = break_in(bob, case)
    with pytest.raises(ReasonMissing):
        review(opening, sam, "unjustified")
    review(opening, sam, "unjustified", "the owner was at her desk")
    assert basis_of(bob, case) == ""
    (ended,) = entries(Action.CASE_GRANT_ENDED)
    assert ended.facts == {"user": "bob", "basis": "break_glass"}


def test_bob_leaves_before_his_time_and_nobody_leaves_for_him(bob: User, alice: User, case: Case) -> None:
    opening = break_in(bob, case)
    with pytest.raises(NotForYou):
        services.leave_case(actor=actor_for(alice), user=alice, opening=opening)
    assert services.leave_case(actor=actor_for(bob), user=bob, opening=opening)
    assert basis_of(bob, case) == ""
    assert not services.leave_case(actor=actor_for(bob), user=bob, opening=opening)


def test_a_case_that_nobody_owns_is_still_told_to_the_supervisors(bob: User, sam: User, case: Case) -> None:
    case.grants.all().delete()
    break_in(bob, case)
    assert told(sam) == ["break_glass_to_review"]


def test_protection_does_not_shut_out_who_has_the_case_by_a_stronger_right(
    alice: User, bob: User, sam: User, case: Case
) -> None:
    let_in(sam, case)
    protect_case(actor=actor_for(alice), user=alice, case=case)
    assert basis_of(sam, case) == ""
    break_in(sam, case)
    assert basis_of(sam, case) == "break_glass"
    assert basis_of(bob, case) == ""
