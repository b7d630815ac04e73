"""The pages of a closed door: from a typed reference to an emergency opening and the look at it."""

import re
from http import HTTPStatus
from typing import NamedTuple

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.test import Client
from django.urls import reverse

from audit.actions import Action
from cases.access import basis_of
from cases.break_glass.models import BreakGlass, Knock
from cases.pages.door_forms import SALT, Pass
from cases.record.models import Basis, Case
from tests.cases.factories import (
    break_in,
    entries,
    let_in,
    make_case,
    make_note,
    make_user,
    protect,
    signed_in,
)

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
GO, OPEN, PROVE = reverse("cases:go"), reverse("cases:door-open"), reverse("cases:door")
REASON = "the caller is on the line and in danger"
WRONG = "Det finns inget ärende med den referensen, eller inget som du får känna till."


class Scene(NamedTuple):
    """A case, its owner's browser, and a colleague and a supervisor before the door."""

    case: Case
    bob: User
    sam: User
    hers: Client
    his: Client


def make_scene() -> Scene:
    alice, bob, sam = make_user("alice"), make_user("bob"), make_user("sam", "supervisor")
    alice.first_name, alice.last_name = "Alice", "Alm"
    alice.save()
    case = make_case(alice, summary="secret summary")
    make_note(case, alice, "secret note")
    return Scene(case, bob, sam, signed_in(alice), signed_in(bob))


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
def hers(scene: Scene) -> Client:
    return scene.hers


@pytest.fixture
def his(scene: Scene) -> Client:
    return scene.his


def door_in(text: str) -> dict[str, str]:
    """Take the hidden fields out of a shown door."""
    return {
        found[0]: found[1]
        for found in re.findall(r'<input type="hidden" name="(door|record)" value="([^"]+)"', text)
    }


def plain(text: str, typed: str) -> str:
    """Give a page without what differs from request to request."""
    return re.sub(
        r'(?:csrfmiddlewaretoken" value|X-CSRFToken&quot;: &quot;|X-CSRFToken": )[^>]*', "", text
    ).replace(typed, "")


def test_a_typed_reference_shows_whom_to_ask_and_nothing_else(case: Case, hers: Client, his: Client) -> None:
    shown = his.post(GO, {"reference": case.reference.lower()})
    text = shown.content.decode()
    assert (shown.status_code, "no-store" in shown["Cache-Control"]) == (HTTPStatus.OK, True)
    assert "Alice Alm" in text
    assert case.reference in text
    assert case.reference not in shown.request["PATH_INFO"]
    for hidden in ("secret", case.opened_at.strftime("%Y-%m-%d"), case.get_state_display(), "K-"):
        assert hidden not in text.split("<main", 1)[1]
    assert his.get(reverse("cases:detail", args=[case.reference])).status_code == HTTPStatus.NOT_FOUND
    mine = hers.post(GO, {"reference": case.reference})
    assert mine["Location"] == reverse("cases:detail", args=[case.reference])
    assert Knock.objects.count() == 1


def test_every_other_reference_gets_one_and_the_same_answer(
    alice: User, case: Case, sam: User, his: Client
) -> None:
    merged = make_case(alice)
    protect(case, alice)
    Case.objects.filter(pk=merged.pk).update(merged_into=make_case(alice))
    answers = set()
    for reference in ("A-222222", case.reference, merged.reference):
        answer = his.post(GO, {"reference": reference})
        assert answer.status_code == HTTPStatus.NOT_FOUND
        assert WRONG in answer.content.decode()
        answers.add(plain(answer.content.decode(), reference))
    assert len(answers) == 1
    slip = his.post(GO, {"reference": "A-12"})
    assert slip.status_code == HTTPStatus.OK
    assert Knock.objects.count() == 3
    assert "Alice Alm" in signed_in(sam).post(GO, {"reference": case.reference}).content.decode()


def test_who_tries_too_often_is_told_to_wait(case: Case, bob: User, his: Client) -> None:
    Knock.objects.bulk_create(Knock(user=bob) for _knock in range(20))
    answer = his.post(GO, {"reference": case.reference})
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "Vem du kan fråga" not in answer.content.decode()


def test_bob_breaks_in_through_the_door_once_however_often_he_presses(
    case: Case, bob: User, hers: Client, his: Client
) -> None:
    door = door_in(his.post(GO, {"reference": case.reference}).content.decode())
    empty = his.post(OPEN, door)
    assert (empty.status_code, basis_of(bob, case)) == (HTTPStatus.OK, "")
    warned = his.post(OPEN, {**door, "reason": "ring 070-174 06 05"})
    assert "070-174 06 05" in warned.content.decode()
    assert basis_of(bob, case) == ""
    for _press in range(2):
        opened = his.post(OPEN, {**door, "reason": REASON})
        assert opened["Location"] == reverse("cases:detail", args=[case.reference])
    assert BreakGlass.objects.count() == 1
    page = his.get(opened["Location"]).content.decode()
    assert "nödöppning" in page
    assert REASON not in page
    notices = hers.get(reverse("cases:list")).content.decode()
    assert "En kollega har nödöppnat ditt ärende." in notices
    owners = hers.get(opened["Location"]).content.decode()
    assert "nödöppning, till" in owners
    assert "ansvarig, sedan" in owners
    left = his.post(reverse("cases:emergency-leave", args=[BreakGlass.objects.get().pk]))
    assert (left.status_code, basis_of(bob, case)) == (HTTPStatus.FOUND, "")


def test_no_pass_no_way_in(alice: User, case: Case, bob: User, his: Client) -> None:
    """A pass that is made up, another's, without a fresh proof, or for a case protected since opens nothing."""
    carol = make_user("carol")
    good = Pass(case.pk, proven=True)
    passes = ["", "made-up", good.sealed_for(carol), signing.dumps({"user": bob.pk}, salt="other")]
    for door in passes:
        for address in (OPEN, PROVE):
            answer = his.post(address, {"door": door, "reason": REASON})
            assert answer["Location"] == reverse("cases:search")
    unproven = his.post(OPEN, {"door": Pass(case.pk, proven=False).sealed_for(bob), "reason": REASON})
    assert unproven.status_code == HTTPStatus.OK
    protect(case, alice)
    record = "00000000-0000-4000-8000-000000000001"
    answer = his.post(OPEN, {"door": good.sealed_for(bob), "reason": REASON, "record": record})
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert not BreakGlass.objects.exists()
    assert SALT not in answer.content.decode()


def test_a_proof_that_is_not_fresh_is_asked_for_first_and_the_reason_takes_no_way_round(
    case: Case, bob: User
) -> None:
    bob.set_password("a long enough password")
    bob.save()
    client = signed_in(bob)
    text = client.post(GO, {"reference": case.reference}).content.decode()
    assert 'name="reason"' not in text
    asked = client.post(PROVE, door_in(text))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    shown = client.post(asked["Location"], {"password": "a long enough password"}, follow=True)
    assert 'name="reason"' in shown.content.decode()
    door = door_in(shown.content.decode())
    assert client.post(OPEN, {**door, "reason": REASON}).status_code == HTTPStatus.FOUND
    assert basis_of(bob, case) == "break_glass"


def test_the_queue_is_the_supervisors_and_is_signed_off_by_another(
    case: Case, bob: User, sam: User, his: Client
) -> None:
    opening, own = break_in(bob, case, REASON), break_in(sam, case)
    queue = reverse("cases:emergencies")
    assert his.get(queue).status_code == HTTPStatus.FORBIDDEN
    client = signed_in(sam)
    text = client.get(queue).content.decode()
    assert text.count(case.reference) >= 2
    assert REASON not in text
    assert text.count("någon annan måste titta") == 1
    read = client.post(reverse("cases:emergency-read", args=[opening.pk])).content.decode()
    assert REASON in read
    assert 'name="finding"' in read
    assert (
        'name="finding"' not in client.post(reverse("cases:emergency-read", args=[own.pk])).content.decode()
    )
    review = reverse("cases:emergency-review", args=[opening.pk])
    assert REASON in client.post(review, {"finding": "unjustified"}).content.decode()
    assert client.post(review, {"finding": "justified"})["Location"] == queue
    assert "befogad" in client.get(queue).content.decode()
    refused = client.post(reverse("cases:emergency-review", args=[own.pk]), {"finding": "justified"})
    assert "du öppnade det" in refused.content.decode()
    assert len(entries(Action.GLASS_QUEUE_SEEN)) == 2
    assert his.post(review, {"finding": "justified"}).status_code == HTTPStatus.FORBIDDEN
    morning = client.get(reverse("supervision:morning")).content.decode()
    assert f'href="{queue}"' in morning
    assert f'href="{reverse("cases:waiting")}"' in morning


def test_the_case_says_who_may_see_it_why_and_until_when_and_whom_protection_shuts_out(
    alice: User, case: Case, bob: User, hers: Client, his: Client
) -> None:
    carol, dan = make_user("carol"), make_user("dan")
    let_in(bob, case)
    let_in(carol, case, Basis.CALLER_CODE, hours=2)
    let_in(dan, case, Basis.SECOND_REVIEW, hours=-1)
    address = reverse("cases:detail", args=[case.reference])
    for client in (hers, his):
        page = client.get(address).content.decode()
        for line in ("ansvarig, sedan", "medarbetare, sedan", "den som ringde uppgav koden, till"):
            assert line in page
        assert "<span>dan</span>" not in page, "what has ended opens nothing"
        assert "utestängd" not in page
        assert page.count("/co-workers/remove/") == 1, "the owner ends it, or the co-worker leaves"
    assert "/co-workers/remove/" not in signed_in(carol).get(address).content.decode()
    protect(case, alice)
    assert hers.get(address).content.decode().count("utestängd av skyddade personuppgifter") == 1
    gone = hers.post(reverse("cases:co-worker-remove", args=[case.reference]), {"colleague": bob.pk})
    assert gone.status_code == HTTPStatus.FOUND
    assert "<span>bob</span>" not in hers.get(address).content.decode()


def test_charlie_learns_of_no_opening(case: Case, bob: User) -> None:
    opening = break_in(bob, case, REASON)
    charlie: Client = signed_in(make_user("charlie"))
    for name in ("emergency-read", "emergency-leave"):
        answer = charlie.post(reverse(f"cases:{name}", args=[opening.pk]))
        assert answer.status_code == HTTPStatus.NOT_FOUND
    assert [entry.subject_reference for entry in entries(Action.CASE_REFUSED)] == [case.reference] * 2
