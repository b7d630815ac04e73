"""Flags: what everyone who opens a case must know, and what protected identity closes."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from audit.actions import Action
from cases.access import basis_of, visible_to
from cases.record.grants import live_flags
from cases.record.models import Basis, Flag, FlagKind
from cases.record.refusals import NoAccess
from cases.record.services import lift_flag, set_flag
from tests.cases.factories import actor_for, entries, let_in, make_case, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_protected_identity_closes_the_case_to_reviewers_until_it_is_lifted() -> None:
    alice, bob, charlie = (make_user(name) for name in ("alice", "bob", "charlie"))
    case = make_case(alice)
    let_in(bob, case, Basis.SECOND_REVIEW, hours=5)
    let_in(charlie, case, Basis.SAMPLE, hours=5)
    act: dict[str, Any] = {
        "actor": actor_for(alice),
        "user": alice,
        "case": case,
        "kind": FlagKind.PROTECTED_IDENTITY,
    }
    set_flag(**act)
    assert [basis_of(user, case) for user in (alice, bob, charlie)] == ["owner", "", ""]
    assert lift_flag(**act)
    assert not lift_flag(**act)
    assert [basis_of(user, case) for user in (alice, bob, charlie)] == ["owner", "second_review", "sample"]
    assert [len(entries(action)) for action in (Action.FLAG_SET, Action.FLAG_LIFTED)] == [1, 1]


def test_whoever_helps_the_caller_still_sees_a_protected_case() -> None:
    alice, bob = make_user("alice"), make_user("bob")
    case = make_case(alice)
    let_in(bob, case, Basis.CALLER_CODE, hours=5)
    set_flag(actor=actor_for(alice), user=alice, case=case, kind="protected_identity")
    assert list(visible_to(bob)) == [case]


def test_a_flag_of_another_kind_closes_nothing() -> None:
    alice, bob = make_user("alice"), make_user("bob")
    case = make_case(alice)
    let_in(bob, case, Basis.SAMPLE, hours=5)
    set_flag(actor=actor_for(alice), user=alice, case=case, kind="do_not_call")
    assert basis_of(bob, case) == "sample"


def test_a_flag_runs_out_on_its_day_and_setting_it_again_renews_it() -> None:
    alice = make_user("alice")
    case = make_case(alice)
    act: dict[str, Any] = {
        "actor": actor_for(alice),
        "user": alice,
        "case": case,
        "kind": FlagKind.DO_NOT_CALL,
    }
    set_flag(**act, until=timezone.now() + timedelta(days=1))
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert not live_flags().exists()
        set_flag(**act)
        assert live_flags().count() == Flag.objects.count() == 1


def test_charlie_sets_and_lifts_no_flag() -> None:
    charlie, case = make_user("charlie"), make_case(make_user("alice"))
    for verb in (set_flag, lift_flag):
        with pytest.raises(NoAccess):
            verb(actor=actor_for(charlie), user=charlie, case=case, kind="protected_identity")
    assert not Flag.objects.exists()


def test_an_unknown_flag_is_refused() -> None:
    case = make_case(make_user("alice"))
    with pytest.raises(ValueError, match="purple"):
        set_flag(actor=actor_for(case.opened_by), user=case.opened_by, case=case, kind="purple")
