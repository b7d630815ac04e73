"""Caller codes: they open one case for one shift, and guessing ends soon."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from audit.actions import Action
from cases.access import basis_of
from cases.notices.models import Notice
from cases.record.models import Case, CodeGuess
from cases.record.refusals import NoAccess, NoSuchCode, TooManyGuesses
from cases.record.services import codes, find_by_code, open_case, reissue_caller_code, revoke_caller_code
from cases.vault.codes import CodeMistyped, new_code
from tests.cases.factories import actor_for, entries, make_contact, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def opened(user: User) -> tuple[Case, str]:
    """Open a case; give it and its code."""
    result = open_case(actor=actor_for(user), user=user, contact=make_contact(user))
    return result.case, result.caller_code


def state(user: User, code: str) -> Case:
    """Look a code up as somebody."""
    return find_by_code(actor=actor_for(user), user=user, code=code)


def test_a_stated_code_opens_the_case_until_the_end_of_the_shift_and_tells_the_owner() -> None:
    alice, bob = make_user("alice"), make_user("bob")
    case, code = opened(alice)
    assert state(bob, f" {code.lower().replace('-', ' ')} ") == case
    assert basis_of(bob, case) == "caller_code"
    assert [(notice.user, notice.reference) for notice in Notice.objects.all()] == [(alice, case.reference)]
    (entry,) = entries(Action.CODE_STATED)
    assert (entry.actor_label, entry.subject_reference, entry.facts) == ("bob", case.reference, {})
    with time_machine.travel(timezone.now() + timedelta(hours=12, seconds=1)):
        assert basis_of(bob, case) == ""


def test_the_shift_can_be_set_shorter_but_never_longer(settings: Settings) -> None:
    alice, bob, charlie = (make_user(name) for name in ("alice", "bob", "charlie"))
    case, code = opened(alice)
    settings.CALLER_CODE_OPENS_FOR = timedelta(hours=2)
    state(bob, code)
    settings.CALLER_CODE_OPENS_FOR = timedelta(days=9)
    state(charlie, code)
    longest = sorted(grant.until - grant.given_at for grant in case.grants.exclude(until=None) if grant.until)
    assert [round(each.total_seconds() / 3600) for each in longest] == [2, 12]


def test_the_owner_is_not_told_of_stating_the_code_to_themselves() -> None:
    alice = make_user("alice")
    case, code = opened(alice)
    assert state(alice, code) == case
    assert not Notice.objects.exists()
    assert case.grants.count() == 1


def test_a_slip_is_told_and_not_counted() -> None:
    alice = make_user("alice")
    _case, code = opened(alice)
    with pytest.raises(CodeMistyped):
        state(alice, code[:-1] + ("2" if code[-1] != "2" else "3"))
    assert not CodeGuess.objects.exists()
    assert not entries(Action.CODE_REFUSED)


def test_a_wrong_code_is_counted_recorded_and_refused() -> None:
    bob = make_user("bob")
    with pytest.raises(NoSuchCode):
        state(bob, new_code())
    assert CodeGuess.objects.get().user == bob
    assert [entry.facts for entry in entries(Action.CODE_REFUSED)] == [{"limit": False}]


def test_after_ten_wrong_codes_even_the_right_one_is_refused_for_an_hour() -> None:
    alice, bob, charlie = (make_user(name) for name in ("alice", "bob", "charlie"))
    case, code = opened(alice)
    for _guess in range(codes.GUESSES_OF_ONE):
        with pytest.raises(NoSuchCode):
            state(bob, new_code())
    with pytest.raises(TooManyGuesses):
        state(bob, code)
    assert basis_of(bob, case) == ""
    assert state(charlie, code) == case
    with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=1)):
        assert state(bob, code) == case


def test_the_limit_of_all_together_holds_for_everybody() -> None:
    alice = make_user("alice")
    case, code = opened(alice)
    guessers = User.objects.bulk_create(User(username=f"guesser{n}") for n in range(codes.GUESSES_OF_ALL))
    CodeGuess.objects.bulk_create(CodeGuess(user=guesser) for guesser in guessers)
    with pytest.raises(TooManyGuesses):
        state(alice, code)
    assert basis_of(alice, case) == "owner"


def test_a_new_code_stops_the_old_one_and_a_stopped_code_counts_as_wrong() -> None:
    alice, bob = make_user("alice"), make_user("bob")
    case, old = opened(alice)
    new = reissue_caller_code(actor=actor_for(alice), user=alice, case=case)
    with pytest.raises(NoSuchCode):
        state(bob, old)
    assert state(bob, new) == case
    revoke_caller_code(actor=actor_for(alice), user=alice, case=case)
    revoke_caller_code(actor=actor_for(alice), user=alice, case=case)
    with pytest.raises(NoSuchCode):
        state(make_user("charlie"), new)
    assert [len(entries(action)) for action in (Action.CODE_ISSUED, Action.CODE_REVOKED)] == [1, 1]


def test_charlie_cannot_renew_or_stop_a_code() -> None:
    charlie = make_user("charlie")
    case, _code = opened(make_user("alice"))
    for verb in (reissue_caller_code, revoke_caller_code):
        with pytest.raises(NoAccess):
            verb(actor=actor_for(charlie), user=charlie, case=case)
    assert case.caller_codes.filter(revoked_at=None).count() == 1


def test_a_wrong_guess_stays_counted_although_it_is_refused() -> None:
    bob = make_user("bob")
    with pytest.raises(NoSuchCode):
        state(bob, new_code())
    assert CodeGuess.objects.count() == 1
    assert len(entries(Action.CODE_REFUSED)) == 1
