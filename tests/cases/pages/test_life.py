"""A case's life on its pages: handed over, looked at twice, shared, warned about, merged and taken apart."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.access import basis_of
from cases.record.models import Case, Flag
from tests.cases.factories import (
    ask,
    flag,
    hand_over,
    let_in,
    make_case,
    make_note,
    make_user,
    protect,
    signed_in,
)

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
RECORD = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def alice() -> User:
    return make_user("alice")


@pytest.fixture
def bob() -> User:
    return make_user("bob")


@pytest.fixture
def case(alice: User) -> Case:
    return make_case(alice)


def page(client: Client, name: str, *args: object) -> str:
    return client.get(reverse(f"cases:{name}", args=args)).content.decode()


def post(client: Client, name: str, *args: object, **answers: object) -> str:
    """Send a form and give the page that it leads to."""
    data = {key: str(value) for key, value in answers.items()}
    return client.post(reverse(f"cases:{name}", args=args), data, follow=True).content.decode()


def test_a_case_is_handed_over_read_and_acknowledged(alice: User, bob: User, case: Case) -> None:
    hers, his = signed_in(alice), signed_in(bob)
    text = post(hers, "hand-over", case.reference, colleague=bob.pk, note="secret note", record=RECORD)
    assert "tills din kollega kvitterar" in text
    assert "secret note" not in text
    assert "(1)" in page(his, "list")
    assert case.reference in page(his, "waiting")
    text = page(his, "detail", case.reference)
    assert "Ärendet lämnas över till dig" in text
    assert "secret note" not in text
    offer = case.hand_overs.get()
    assert "secret note" in post(his, "hand-over-read", offer.reference)
    assert "Ärendet är ditt nu" in post(his, "hand-over-acknowledge", offer.reference)
    assert (basis_of(bob, case), basis_of(alice, case)) == ("owner", "")
    assert "kvitterade överlämningen från alice" in page(his, "detail", case.reference)
    assert hers.get(reverse("cases:detail", args=[case.reference])).status_code == 404


def test_personal_data_in_a_hand_over_is_warned_of(alice: User, bob: User, case: Case) -> None:
    client = signed_in(alice)
    note = "ring 070-174 06 05"
    text = post(client, "hand-over", case.reference, colleague=bob.pk, note=note, record=RECORD)
    assert "keep_personal_data" in text
    assert not case.hand_overs.exists()


def test_who_declines_is_shown_out_and_the_owner_keeps_the_case(alice: User, bob: User, case: Case) -> None:
    offer = hand_over(case, alice, bob)
    text = post(signed_in(bob), "hand-over-decline", offer.reference)
    assert "Den ansvariga får veta det" in text
    assert "Mina ärenden" in text
    assert "avböjde överlämningen" in page(signed_in(alice), "detail", case.reference)


def test_a_second_look_is_asked_taken_and_answered(alice: User, bob: User, case: Case) -> None:
    hers, his = signed_in(alice), signed_in(bob)
    post(hers, "second-look", case.reference, colleague="", question="secret question", record=RECORD)
    look = case.second_looks.get()
    waiting = page(his, "waiting")
    assert look.reference in waiting
    assert case.reference not in waiting
    assert his.get(reverse("cases:detail", args=[case.reference])).status_code == 404
    assert "ber dig om en andra bedömning" in post(his, "second-look-take", look.reference)
    assert "secret question" in post(his, "second-look-read", look.reference)
    post(his, "second-look-answer", look.reference, answer="secret answer")
    assert his.get(reverse("cases:detail", args=[case.reference])).status_code == 404
    text = page(hers, "detail", case.reference)
    assert "besvarad" in text
    assert "secret" not in text
    assert "secret answer" in post(hers, "second-look-read", look.reference)


def test_supervisors_see_by_reference_all_that_waits(alice: User, bob: User, case: Case) -> None:
    hand_over(case, alice, bob)
    look = ask(make_case(alice), alice, bob)
    text = page(signed_in(make_user("sara", "supervisor")), "waiting")
    assert case.reference in text
    assert look.reference in text
    assert "Alla överlämningar" not in page(signed_in(bob), "waiting")


def test_a_colleague_is_let_in_and_taken_out(alice: User, bob: User, case: Case) -> None:
    client = signed_in(alice)
    assert "bob" in post(client, "co-worker-add", case.reference, colleague=bob.pk)
    assert basis_of(bob, case) == "co_worker"
    post(client, "co-worker-remove", case.reference, colleague=bob.pk)
    assert basis_of(bob, case) == ""


def test_a_flag_is_shown_until_it_is_taken_off(alice: User, case: Case) -> None:
    client = signed_in(alice)
    today = timezone.localdate()
    text = post(client, "flag-set", case.reference, kind="threats", until=today, version=case.version)
    assert "Hot mot den som svarar, till och med" in text
    post(client, "flag-lift", case.reference, kind="threats", version=case.version + 1)
    assert Flag.objects.get().lifted_by == alice
    assert "Hot mot den som svarar, till och med" not in page(client, "detail", case.reference)


def test_two_cases_are_merged_and_taken_apart(alice: User, case: Case) -> None:
    client, other = signed_in(alice), make_case(alice)
    note = make_note(other, alice)
    flag(other, alice)
    text = post(client, "merge", case.reference, case=other.reference)
    assert note.reference in text
    assert "Lämna inget" not in text
    assert f"Ärende {other.reference} lades in i det här" in text
    gone = page(client, "detail", other.reference)
    assert "Det här ärendet har slagits samman med ett annat" in gone
    assert reverse("cases:detail", args=[case.reference]) in gone
    for name in ("note-add", "wait", "closing-request", "hand-over", "protect"):
        assert reverse(f"cases:{name}", args=[other.reference]) not in gone
    assert other.reference not in page(client, "list")
    assert note.reference in post(client, "merge-undo", other.reference)
    assert note.reference not in page(client, "detail", case.reference)


def test_a_merge_that_cannot_be_says_why(alice: User, case: Case) -> None:
    other = make_case(alice)
    protect(other, alice)
    assert "Bara ett av ärendena" in post(signed_in(alice), "merge", case.reference, case=other.reference)
    other.refresh_from_db()
    assert other.merged_into is None


def test_a_strangers_case_cannot_be_chosen_for_a_merge(alice: User, bob: User, case: Case) -> None:
    his = make_case(bob)
    client = signed_in(alice)
    assert his.reference not in page(client, "merge", case.reference)
    post(client, "merge", case.reference, case=his.reference)
    his.refresh_from_db()
    assert his.merged_into is None


def test_protected_identity_shows_the_co_worker_out_and_is_taken_off_with_a_reason(
    alice: User, bob: User, case: Case
) -> None:
    let_in(bob, case)
    assert "Mina ärenden" in post(signed_in(bob), "protect", case.reference)
    client = signed_in(alice)
    text = page(client, "detail", case.reference)
    assert "bara den som ansvarar för ärendet" in text
    assert reverse("cases:second-look", args=[case.reference]) not in text
    post(client, "unprotect", case.reference, reason="")
    assert basis_of(bob, case) == ""
    post(client, "unprotect", case.reference, reason="secret reason")
    assert basis_of(bob, case) == "co_worker"
    turn = case.life.get(kind="unprotected")
    assert "secret reason" in post(client, "reason-read", case.reference, turn.pk)
