"""Flags: what everyone who opens a case must know first, until a day."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from audit.actions import Action
from cases.record.grants import live_flags
from cases.record.models import Case, Flag
from cases.record.refusals import DayHasPassed, NoAccess, TooFarAway
from cases.record.services import lift_flag, set_flag
from tests.cases.factories import actor_for, entries, flag, make_case, make_user
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(scope="module")
def opened(world: World) -> Case:
    return world.make(lambda: make_case(make_user("alice")))


@pytest.fixture
def case(opened: Case) -> Case:
    return copied(opened)


def test_a_flag_is_shown_through_its_last_day_and_no_longer(case: Case) -> None:
    alice = case.opened_by
    flag(case, alice, days=1)
    for days, shown in ((0, True), (1, True), (2, False)):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            assert live_flags().exists() is shown


def test_setting_a_flag_again_renews_it(case: Case) -> None:
    alice, bob = case.opened_by, make_user("bob")
    flag(case, alice, days=1)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        flag(case, alice, days=5)
        assert live_flags().count() == Flag.objects.count() == 1
    assert bob.pk
    assert [entry.facts["flag"] for entry in entries(Action.FLAG_SET)] == ["do_not_call"] * 2


def test_a_flag_that_is_lifted_is_gone_and_says_who_lifted_it(case: Case) -> None:
    alice = case.opened_by
    flag(case, alice)
    act: dict[str, Any] = {"actor": actor_for(alice), "user": alice, "case": case, "kind": "do_not_call"}
    assert lift_flag(**act)
    assert not lift_flag(**act)
    assert Flag.objects.get().lifted_by == alice
    assert not live_flags().exists()
    assert len(entries(Action.FLAG_LIFTED)) == 1


@pytest.mark.parametrize(("days", "refusal"), [(-1, DayHasPassed), (400, TooFarAway)])
def test_a_flag_ends_on_a_day_within_a_year(days: int, refusal: type[Exception], case: Case) -> None:
    alice = case.opened_by
    with pytest.raises(refusal):
        flag(case, alice, days=days)
    assert not Flag.objects.exists()


def test_charlie_sets_and_lifts_no_flag(case: Case) -> None:
    charlie, alice = make_user("charlie"), case.opened_by
    flag(case, alice)
    with pytest.raises(NoAccess):
        flag(case, charlie, "threats")
    with pytest.raises(NoAccess):
        lift_flag(actor=actor_for(charlie), user=charlie, case=case, kind="do_not_call")
    assert live_flags().count() == 1


def test_an_unknown_flag_is_refused(case: Case) -> None:
    until = timezone.localdate()
    with pytest.raises(ValueError, match="purple"):
        set_flag(actor=actor_for(case.opened_by), user=case.opened_by, case=case, kind="purple", until=until)
