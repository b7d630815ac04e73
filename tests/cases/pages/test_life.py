"""A case's life on its pages: handed over, looked at twice, shared, warned about, merged and taken apart."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple

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


class Scene(NamedTuple):
    """A case, its owner's browser and a colleague's."""

    case: Case
    bob: User
    hers: Client
    his: Client


def make_scene() -> Scene:
    case, bob = make_case(make_user("alice")), make_user("bob")
    return Scene(case, bob, signed_in(case.opened_by), signed_in(bob))


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
def hers(scene: Scene) -> Client:
    return scene.hers


@pytest.fixture
def his(scene: Scene) -> Client:
    return scene.his


def page(client: Client, name: str, *args: object) -> str:
    return client.get(reverse(f"cases:{name}", args=args)).content.decode()


def post(client: Client, name: str, *args: object, **answers: object) -> str:
    """Send a form and give the page that it leads to."""
    return client.post(reverse(f"cases:{name}", args=args), written(answers), follow=True).content.decode()


def send(client: Client, name: str, *args: object, **answers: object) -> None:
    """Send a form that leads somewhere, and do not go there."""
    response = client.post(reverse(f"cases:{name}", args=args), written(answers))
    assert response.status_code == HTTPStatus.FOUND


def written(answers: Mapping[str, object]) -> dict[str, str]:
    return {key: str(value) for key, value in answers.items()}


def test_a_case_is_handed_over_read_and_acknowledged(
    alice: User, bob: User, case: Case, hers: Client, his: Client
) -> None:
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
    text = post(his, "hand-over-acknowledge", offer.reference)
    assert "Ärendet är ditt nu" in text
    assert "kvitterade överlämningen från alice" in text
    assert (basis_of(bob, case), basis_of(alice, case)) == ("owner", "")
    assert hers.get(reverse("cases:detail", args=[case.reference])).status_code == 404


def test_personal_data_in_a_hand_over_is_warned_of(bob: User, case: Case, hers: Client) -> None:
    note = "ring 070-174 06 05"
    text = post(hers, "hand-over", case.reference, colleague=bob.pk, note=note, record=RECORD)
    assert "keep_personal_data" in text
    assert not case.hand_overs.exists()


def test_who_declines_is_shown_out_and_the_owner_keeps_the_case(
    alice: User, bob: User, case: Case, hers: Client, his: Client
) -> None:
    offer = hand_over(case, alice, bob)
    text = post(his, "hand-over-decline", offer.reference)
    assert "Den ansvariga får veta det" in text
    assert "Mina ärenden" in text
    assert "avböjde överlämningen" in page(hers, "detail", case.reference)


def test_a_second_look_is_asked_taken_and_answered(case: Case, hers: Client, his: Client) -> None:
    send(hers, "second-look", case.reference, colleague="", question="secret question", record=RECORD)
    look = case.second_looks.get()
    waiting = page(his, "waiting")
    assert look.reference in waiting
    assert case.reference not in waiting
    assert his.get(reverse("cases:detail", args=[case.reference])).status_code == 404
    assert "ber dig om en andra bedömning" in post(his, "second-look-take", look.reference)
    assert "secret question" in post(his, "second-look-read", look.reference)
    send(his, "second-look-answer", look.reference, answer="secret answer")
    assert his.get(reverse("cases:detail", args=[case.reference])).status_code == 404
    text = page(hers, "detail", case.reference)
    assert "besvarad" in text
    assert "secret" not in text
    assert "secret answer" in post(hers, "second-look-read", look.reference)


def test_supervisors_see_by_reference_all_that_waits(alice: User, bob: User, case: Case, his: Client) -> None:
    hand_over(case, alice, bob)
    look = ask(make_case(alice), alice, bob)
    text = page(signed_in(make_user("sara", "supervisor")), "waiting")
    assert case.reference in text
    assert look.reference in text
    assert "Alla överlämningar" not in page(his, "waiting")


def test_a_colleague_is_let_in_and_taken_out(bob: User, case: Case, hers: Client) -> None:
    assert "bob" in post(hers, "co-worker-add", case.reference, colleague=bob.pk)
    assert basis_of(bob, case) == "co_worker"
    send(hers, "co-worker-remove", case.reference, colleague=bob.pk)
    assert basis_of(bob, case) == ""


def test_a_flag_is_shown_until_it_is_taken_off(alice: User, case: Case, hers: Client) -> None:
    today = timezone.localdate()
    text = post(hers, "flag-set", case.reference, kind="threats", until=today, version=case.version)
    assert "Hot mot den som svarar, till och med" in text
    text = post(hers, "flag-lift", case.reference, kind="threats", version=case.version + 1)
    assert Flag.objects.get().lifted_by == alice
    assert "Hot mot den som svarar, till och med" not in text


def test_two_cases_are_merged_and_taken_apart(alice: User, case: Case, hers: Client) -> None:
    other = make_case(alice)
    note = make_note(other, alice)
    flag(other, alice)
    text = post(hers, "merge", case.reference, case=other.reference)
    assert note.reference in text
    assert "Lämna inget" not in text
    assert f"Ärende {other.reference} lades in i det här" in text
    gone = page(hers, "detail", other.reference)
    assert "Det här ärendet har slagits samman med ett annat" in gone
    assert reverse("cases:detail", args=[case.reference]) in gone
    for name in ("note-add", "wait", "closing-request", "hand-over", "protect"):
        assert reverse(f"cases:{name}", args=[other.reference]) not in gone
    assert other.reference not in page(hers, "list")
    assert note.reference in post(hers, "merge-undo", other.reference)
    assert note.reference not in page(hers, "detail", case.reference)


def test_a_merge_that_cannot_be_says_why(alice: User, case: Case, hers: Client) -> None:
    other = make_case(alice)
    protect(other, alice)
    assert "Bara ett av ärendena" in post(hers, "merge", case.reference, case=other.reference)
    other.refresh_from_db()
    assert other.merged_into is None


def test_a_strangers_case_cannot_be_chosen_for_a_merge(bob: User, case: Case, hers: Client) -> None:
    other = make_case(bob)
    assert other.reference not in page(hers, "merge", case.reference)
    post(hers, "merge", case.reference, case=other.reference)
    other.refresh_from_db()
    assert other.merged_into is None


def test_protected_identity_shows_the_co_worker_out_and_is_taken_off_with_a_reason(
    bob: User, case: Case, hers: Client, his: Client
) -> None:
    let_in(bob, case)
    assert "Mina ärenden" in post(his, "protect", case.reference)
    text = page(hers, "detail", case.reference)
    assert "bara den som ansvarar för ärendet" in text
    assert reverse("cases:second-look", args=[case.reference]) not in text
    post(hers, "unprotect", case.reference, reason="")
    assert basis_of(bob, case) == ""
    send(hers, "unprotect", case.reference, reason="secret reason")
    assert basis_of(bob, case) == "co_worker"
    turn = case.life.get(kind="unprotected")
    assert "secret reason" in post(hers, "reason-read", case.reference, turn.pk)
