"""Merging: what moves, what stays, who sees it, and that undoing it gives back exactly what was."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from audit.actions import Action
from audit.services import Subject
from cases import closing
from cases.access import basis_of
from cases.followups.models import FollowUp
from cases.followups.services import move_follow_up, read_follow_up
from cases.merging.models import Merge
from cases.merging.services import merge_cases, undo_merge
from cases.notices.models import Notice
from cases.record.models import Basis, Case, CaseState, Contact, Flag, Grant, LifeEvent, Note, NoteVersion
from cases.record.refusals import (
    CannotMerge,
    CaseIsClosed,
    CaseIsMerged,
    MergeHeld,
    MergeNested,
    MergeProtection,
    MergeUnsettled,
    NoAccess,
    SettledAlready,
)
from cases.record.services import (
    add_note,
    amend_note,
    find_by_code,
    lift_flag,
    open_case,
    read_contact,
    read_note,
    revoke_caller_code,
    set_hold,
)
from cases.record.timeline import collect
from cases.vault.models import Destruction
from cases.vault.services import Owner, destroy_keys, keys_of
from tests.cases.factories import (
    actor_for,
    ask,
    entries,
    flag,
    hand_over,
    let_in,
    make_case,
    make_contact,
    make_follow_up,
    make_note,
    make_user,
    protect,
)

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
ROWS: tuple[type[models.Model], ...] = (Contact, Note, FollowUp, LifeEvent, Flag)


class Scene(NamedTuple):
    """Two people and their cases, which are about one."""

    alice: User
    bob: User
    kept: Case
    merged: Case


def make_scene() -> Scene:
    alice, bob = make_user("alice"), make_user("bob")
    kept, merged = make_case(alice, summary="the mother called"), make_case(bob, summary="the teacher called")
    make_note(kept, alice, "about the mother")
    make_note(merged, bob, "about the teacher")
    make_follow_up(merged, bob, text="call the teacher")
    flag(merged, bob)
    let_in(alice, merged)
    return Scene(alice, bob, kept, merged)


@pytest.fixture
def alice(scene: Scene) -> User:
    return scene.alice


@pytest.fixture
def bob(scene: Scene) -> User:
    return scene.bob


@pytest.fixture
def kept(scene: Scene) -> Case:
    return scene.kept


@pytest.fixture
def merged(scene: Scene) -> Case:
    return scene.merged


def merge(kept: Case, merged: Case, user: User) -> Merge:
    return merge_cases(actor=actor_for(user), user=user, kept=kept, merged=merged)


def undo(done: Merge, user: User) -> Merge:
    return undo_merge(actor=actor_for(user), user=user, merge=done)


def of(case: Case) -> dict[str, set[object]]:
    """Say which rows are a case's, with everything they hold."""
    return {model.__name__: set(model._default_manager.filter(case=case).values_list()) for model in ROWS}


def as_it_was(cases: Iterable[Case]) -> object:
    """Give all that merging could touch, but versions and histories, which only count upwards."""
    rows = Case.objects.filter(pk__in=[case.pk for case in cases]).order_by("pk")
    live = Grant.objects.filter(until__isnull=True) | Grant.objects.filter(until__gt=timezone.now())
    return (
        [of(case) for case in rows],
        list(
            rows.values_list("pk", "state", "merged_into", "municipality", "protected", "key", "state_since")
        ),
        set(live.values_list("case", "user", "basis")),
    )


def test_what_belonged_to_the_one_belongs_to_the_other_and_opens_there(
    alice: User, kept: Case, merged: Case
) -> None:
    merge(kept, merged, alice)
    assert {contact.case_id for contact in Contact.objects.all()} == {kept.pk}
    texts = {read_note(actor=actor_for(alice), user=alice, note=note) for note in Note.objects.all()}
    assert texts == {"about the mother", "about the teacher"}
    read = [read_contact(actor=actor_for(alice), user=alice, contact=each) for each in Contact.objects.all()]
    assert {texts.summary for texts in read} == {"the mother called", "the teacher called"}
    follow_up = FollowUp.objects.get()
    assert read_follow_up(actor=actor_for(alice), user=alice, follow_up=follow_up) == "call the teacher"
    merged.refresh_from_db()
    assert merged.merged_into == kept
    assert entries(Action.CASES_MERGED)[0].facts["merged"] == merged.reference


def test_undoing_gives_back_exactly_what_was(alice: User, kept: Case, merged: Case) -> None:
    before = as_it_was([kept, merged])
    done = merge(kept, merged, alice)
    assert as_it_was([kept, merged]) != before
    undo(done, alice)
    assert as_it_was([kept, merged]) == before
    done.refresh_from_db()
    assert done.undone_by == alice
    assert len(entries(Action.MERGE_UNDONE)) == 1
    with pytest.raises(SettledAlready):
        undo(done, alice)
    merge(merged, kept, alice)


def test_what_was_written_since_stays_and_what_was_amended_goes_back_readable(
    alice: User, bob: User, kept: Case, merged: Case
) -> None:
    done = merge(kept, merged, alice)
    make_note(kept, bob, "written since")
    note = Note.objects.get(author=bob, case=kept, added_at__lt=done.at)
    amend_note(
        actor=actor_for(bob), user=bob, note=note, text="amended since", reason="clearer", expected_version=1
    )
    move_follow_up(
        actor=actor_for(bob),
        user=bob,
        follow_up=FollowUp.objects.get(),
        due_on=timezone.localdate() + timedelta(days=9),
        expected_version=1,
    )
    undo(done, alice)
    assert merged.notes.get() == note
    assert read_note(actor=actor_for(bob), user=bob, note=merged.notes.get()) == "amended since"
    assert set(merged.follow_ups.values_list("state", flat=True)) == {"moved", "planned"}
    assert kept.notes.count() == 2
    assert {version.key for version in note.versions.all()} == {merged.key}


def test_the_kept_case_has_both_keys_until_it_is_undone(
    alice: User, kept: Case, merged: Case, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    staying, going = Owner("case", kept.pk), Owner("case", merged.pk)
    with django_capture_on_commit_callbacks(execute=True):
        done = merge(kept, merged, alice)
        assert (keys_of(staying), keys_of(going)) == ([kept.key], [merged.key]), (
            "they follow after the commit"
        )
    assert (set(keys_of(staying)), keys_of(going)) == ({kept.key, merged.key}, [])
    with django_capture_on_commit_callbacks(execute=True):
        undo(done, alice)
    assert (keys_of(staying), keys_of(going)) == ([kept.key], [merged.key])


def test_destroying_the_kept_case_destroys_both_and_of_the_merged_one_nothing_is_left_to_destroy(
    alice: User, kept: Case, merged: Case, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        merge(kept, merged, alice)
    order: dict[str, Any] = {"actor": actor_for(alice), "reason": "retention"}
    subject = Subject(kind="case", reference=kept.reference)
    assert destroy_keys(owner=Owner("case", merged.pk), subject=subject, **order) == 0
    assert destroy_keys(owner=Owner("case", kept.pk), subject=subject, **order) == 2
    ordered = set(Destruction.objects.filter(owner_id=kept.pk).values_list("key_id", flat=True))
    named = set(NoteVersion.objects.values_list("key", flat=True))
    assert named == ordered == {kept.key, merged.key}


def test_both_caller_codes_lead_to_the_kept_case_and_each_to_its_own_after_undoing(alice: User) -> None:
    charlie, actor = make_user("charlie"), actor_for(alice)
    first, second = (open_case(actor=actor, user=alice, contact=make_contact(alice)) for _each in range(2))
    done = merge(first.case, second.case, alice)
    for opened in (first, second):
        found = find_by_code(actor=actor_for(charlie), user=charlie, code=opened.caller_code)
        assert found == first.case
    assert basis_of(charlie, second.case) == ""
    undo(done, alice)
    found = find_by_code(actor=actor_for(charlie), user=charlie, code=second.caller_code)
    assert found == second.case
    done = merge(first.case, second.case, alice)
    revoke_caller_code(actor=actor, user=alice, case=first.case)
    assert not first.case.caller_codes.filter(revoked_at=None).exists()
    assert not second.case.caller_codes.filter(revoked_at=None).exists()


def test_who_worked_on_the_one_works_on_the_other_and_owners_are_told(
    alice: User, bob: User, kept: Case, merged: Case
) -> None:
    done = merge(kept, merged, alice)
    assert basis_of(bob, kept) == "co_worker"
    assert Notice.objects.filter(user=bob, kind="case_merged", reference=kept.reference).count() == 1
    undo(done, alice)
    assert (basis_of(bob, kept), basis_of(bob, merged)) == ("", "owner")
    assert Notice.objects.filter(user=bob, kind="merge_undone").count() == 1


def test_nothing_more_is_done_in_the_merged_case(alice: User, kept: Case, merged: Case) -> None:
    merge(kept, merged, alice)
    act: dict[str, Any] = {"actor": actor_for(alice), "case": merged}
    with pytest.raises(CaseIsMerged):
        add_note(**act, user=alice, text="too late")
    with pytest.raises(CaseIsMerged):
        closing.request_closing(**act, user=alice, outcome="unchanged")
    with pytest.raises(CaseIsMerged):
        set_hold(**act, reason="referral", reference="H-234567")
    with pytest.raises(CaseIsMerged):
        flag(merged, alice, "threats")
    merged.refresh_from_db()
    assert merged.state == CaseState.OPEN


def test_the_flags_of_both_are_lifted_in_the_kept_case(alice: User, kept: Case, merged: Case) -> None:
    merge(kept, merged, alice)
    assert lift_flag(actor=actor_for(alice), user=alice, case=kept, kind="do_not_call")
    assert Flag.objects.get().case == merged


def test_both_cases_tell_of_it(alice: User, kept: Case, merged: Case) -> None:
    done = merge(kept, merged, alice)
    told = [item.title for item in collect(kept, alice) if item.kind == "merge"]
    assert len(told) == 1
    assert merged.reference in told[0]
    opened = [item.reference for item in collect(kept, alice) if item.kind == "case"]
    assert sorted(opened) == sorted([kept.reference, merged.reference])
    undo(done, alice)
    merged.refresh_from_db()
    for case in (kept, merged):
        assert len([item for item in collect(case, alice) if item.kind == "merge"]) == 2


@pytest.mark.parametrize("basis", [Basis.SECOND_REVIEW, Basis.SAMPLE, Basis.BREAK_GLASS])
def test_whoever_only_reviews_merges_nothing(basis: Basis, alice: User, kept: Case, bob: User) -> None:
    other = make_case(bob)
    let_in(alice, other, basis, hours=3)
    with pytest.raises(NoAccess):
        merge(kept, other, alice)


def test_both_cases_must_be_open_to_whoever_merges(alice: User, bob: User, kept: Case, merged: Case) -> None:
    charlie = make_user("charlie")
    for user in (bob, charlie):
        for one, other in ((kept, merged), (merged, kept)):
            with pytest.raises(NoAccess):
                merge(one, other, user)
    done = merge(kept, merged, alice)
    with pytest.raises(NoAccess):
        undo(done, charlie)
    assert Merge.objects.filter(undone_at=None).count() == 1


def test_a_live_hold_on_the_one_that_goes_refuses_the_merge_and_one_on_the_kept_does_not(
    alice: User, kept: Case, merged: Case
) -> None:
    set_hold(actor=actor_for(alice), case=merged, reason="referral", reference="H-234567")
    with pytest.raises(MergeHeld):
        merge(kept, merged, alice)
    merge(merged, kept, alice)


def test_what_waits_for_a_colleague_does_not_go(alice: User, bob: User, kept: Case, merged: Case) -> None:
    look = ask(merged, bob)
    with pytest.raises(MergeUnsettled):
        merge(kept, merged, alice)
    type(look).objects.update(state="withdrawn", settled_at=timezone.now())
    hand_over(merged, bob, make_user("carol"))
    with pytest.raises(MergeUnsettled):
        merge(kept, merged, alice)


def test_only_one_step_deep_and_never_into_itself(alice: User, kept: Case, merged: Case) -> None:
    with pytest.raises(CannotMerge):
        merge(kept, kept, alice)
    merge(kept, merged, alice)
    third = make_case(alice)
    with pytest.raises(MergeNested):
        merge(third, kept, alice)
    for one, other in ((third, merged), (merged, third)):
        with pytest.raises(CaseIsMerged):
            merge(one, other, alice)
    merge(kept, third, alice)
    assert kept.merged_cases.count() == 2


def test_a_protected_case_merges_with_a_protected_one_only_and_lets_nobody_in(
    alice: User, bob: User, kept: Case
) -> None:
    mine = make_case(alice)
    let_in(bob, mine)
    protect(mine, alice)
    with pytest.raises(MergeProtection):
        merge(kept, mine, alice)
    protect(kept, alice)
    merge(kept, mine, alice)
    assert basis_of(bob, kept) == ""
    assert kept.grants.count() == 1


def test_a_closed_case_goes_into_an_open_one_but_takes_none(alice: User, kept: Case) -> None:
    closed = make_case(alice)
    closing.request_closing(actor=actor_for(alice), user=alice, case=closed, outcome="unchanged")
    closing.close_case(actor=actor_for(alice), user=alice, case=closed)
    with pytest.raises(CaseIsClosed):
        merge(closed, kept, alice)
    merge(kept, closed, alice)
    closed.refresh_from_db()
    assert closed.state == "closed"
