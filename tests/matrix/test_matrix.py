"""Every role × every address × own, a colleague's, a stranger's, a purged and an unknown thing × GET and POST.

The addresses come from the resolver, the permissions from the views themselves. What one may not know of is answered
as what does not exist; what is refused changes nothing and is in the trail; a sealed text comes in the answer to a POST
only, and never without its entry.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.test import Client

from audit.actions import Action
from hotline.people.roles import ROLE_PERMISSIONS
from tests.matrix.addresses import Address, addresses
from tests.matrix.asking import Answer, Asker
from tests.matrix.rules import (
    BODIES,
    GONE_IS_TOLD,
    KEPT_APART,
    KINDS,
    KINDS_OF,
    OPENS_TEXT,
    PASSES_ANYHOW,
)
from tests.matrix.scene import SECRET, Scene, Things

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
GUARDED = [address for address in addresses() if address.sufficient]
REFUSALS = {Action.CASE_REFUSED, Action.REFERRAL_REFUSED}
THROUGH = {
    HTTPStatus.OK,
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FOUND,
    HTTPStatus.SEE_OTHER,
    HTTPStatus.NO_CONTENT,
    HTTPStatus.CONFLICT,
}
PURGED = THROUGH | {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
TOLD = THROUGH | {HTTPStatus.NOT_FOUND}
UNIDENTIFIED = {HTTPStatus.UNAUTHORIZED}
TO_SIGN_IN = {HTTPStatus.FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
HIDDEN = {HTTPStatus.NOT_FOUND}
SHUT = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.UNAUTHORIZED}


def kinds_of(address: Address) -> dict[str, str]:
    """Give the kind of thing at every place of an address."""
    return {
        place: KINDS_OF.get(address.name, {}).get(place) or KINDS.get(place, "") for place in address.places
    }


def path_to(address: Address, things: Things) -> str:
    return address.path({place: things.get(kind, "") for place, kind in kinds_of(address).items()})


def test_the_matrix_knows_what_every_part_of_an_address_stands_for() -> None:
    unknown = [
        f"{address.name}: what stands at {place!r}? Add it to KINDS in tests/matrix/rules.py, and make one in scene.py."
        for address in GUARDED
        for place, kind in kinds_of(address).items()
        if not kind
    ]
    assert not unknown, "\n".join(unknown)


def test_every_role_gets_of_every_thing_what_it_may_and_no_more(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "django.request")  # thousands of refusals, each with a line
    scene = Scene()
    everybody: dict[str, User | AnonymousUser] = {
        **scene.people,
        "off-boarded": scene.left,
        "anonymous": AnonymousUser(),
    }
    wrong = [
        fault
        for role, person in everybody.items()
        for address in GUARDED
        for fault in faults(scene, Asker(person), role, address)
    ]
    assert not wrong, f"{len(wrong)} faults\n" + "\n".join(wrong[:40])
    assert_refusals_are_pages(scene)


@dataclass(frozen=True)
class Question:
    """One way to ask for an address."""

    role: str
    whose: str
    method: str
    address: Address

    def __str__(self) -> str:
        return f"{self.role}, {self.whose}: {self.method} {self.address.name}"


def faults(scene: Scene, asker: Asker, role: str, address: Address) -> Iterator[str]:
    """Ask for an address in every way that differs for this role, and tell what came back wrong."""
    asked: set[str] = set()
    for whose, things in scene.sets(asker.person, kinds_of(address).values()).items():
        for method in ("GET", "POST"):
            if method in asked - address.methods:
                continue  # whatever stands there, the view does not take it
            asked.add(method)
            question = Question(role, whose, method, address)
            expected = expectation(question)
            body = body_of(address, scene) if method == "POST" else {}
            undo = expected is THROUGH or expected is PURGED
            answer = asker.ask(method, path_to(address, things), body, undo=undo)
            yield from (f"{question}: {what}" for what in complaints(question, expected, answer))


def body_of(address: Address, scene: Scene) -> dict[str, str]:
    """Give what is posted: the version every form asks for, and a choice where there must be one."""
    chosen = BODIES.get(address.name, {})
    return {"version": "1"} | {name: scene.open.get(value, value) for name, value in chosen.items()}


def expectation(question: Question) -> set[HTTPStatus]:
    """Say what may come back."""
    role, whose, address = question.role, question.whose, question.address
    is_for_programs = address.name.startswith("api:")
    if role == "anonymous" or (role == "off-boarded" and is_for_programs):
        return UNIDENTIFIED if is_for_programs else TO_SIGN_IN
    if question.method not in address.methods:
        return {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.FORBIDDEN}
    if not address.sufficient & ROLE_PERMISSIONS.get(role, frozenset()):
        return {HTTPStatus.FORBIDDEN}
    kinds = set(kinds_of(address).values())
    if whose == "unknown":
        return TOLD if kinds & GONE_IS_TOLD else {HTTPStatus.NOT_FOUND}
    if whose == "a stranger's":
        passes = [(role, kind) in PASSES_ANYHOW for kind in kinds & KEPT_APART]
        return THROUGH if all(passes) else TOLD if any(passes) else HIDDEN
    return PURGED if whose == "purged" else THROUGH


def complaints(question: Question, expected: set[HTTPStatus], answer: Answer) -> Iterator[str]:
    """Compare an answer with what may come back, and with what must hold of every answer."""
    if answer.status not in expected:
        yield f"{answer.status} {answer.location} {answer.error}, not {sorted(expected)}"
    if expected is TO_SIGN_IN and answer.location and not answer.location.startswith(settings.LOGIN_URL):
        yield f"sent to {answer.location}, not to sign in"
    if answer.changed and (question.method == "GET" or expected not in (THROUGH, PURGED)):
        yield f"changed {sorted(answer.changed)}"
    if answer.status == HTTPStatus.FORBIDDEN and Action.ACCESS_REFUSED not in answer.recorded:
        yield "refused, but it is not in the trail"
    if expected is HIDDEN and not REFUSALS & answer.recorded:
        yield "a stranger was refused, but it is not in the trail"
    yield from complaints_about_texts(question, expected, answer)


def complaints_about_texts(question: Question, expected: set[HTTPStatus], answer: Answer) -> Iterator[str]:
    """A sealed text is shown where it is said to be, by POST, with an entry, and kept by no cache."""
    shown, opens = SECRET in answer.text, question.address.name in OPENS_TEXT
    owns = question.whose in {"own", "a colleague's"}
    if opens and not shown and owns and expected is THROUGH and question.method == "POST":
        yield "does not show the text it opens"
    if shown and not opens:
        yield "shows a sealed text; if that is its purpose, add it to OPENS_TEXT in tests/matrix/rules.py"
    read = any(action.endswith((":read", ":compared", ":printed")) for action in answer.recorded)
    if shown and not (question.method == "POST" and read and "no-store" in answer.kept):
        yield "shows a sealed text by GET, without an entry that it was read, or for a cache to keep"


def assert_refusals_are_pages(scene: Scene) -> None:
    """What surrounds the views answers every role's refusal with a page that no cache keeps."""
    for role, person in scene.people.items():
        client = Client()
        client.force_login(person, backend="hotline.people.backend.RoleBackend")
        refused = next(
            address
            for address in GUARDED
            if not address.places
            and "GET" in address.methods
            and not address.sufficient & ROLE_PERMISSIONS[role]
        )
        answer = client.get(refused.path({}))
        assert (answer.status_code, answer.headers["Cache-Control"]) == (HTTPStatus.FORBIDDEN, "no-store")
