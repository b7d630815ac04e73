"""Who may pass, and what is left behind by who may not."""

from dataclasses import dataclass

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from audit.actions import Action
from audit.context import Actor
from audit.gate import ActorMissing, actor_of, requires
from audit.models import Entry

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@dataclass
class Person:
    """Somebody signed in, who holds just the permissions given."""

    may: frozenset[str] = frozenset()
    is_authenticated: bool = True

    def has_perm(self, permission: str) -> bool:
        return permission in self.may


@requires("audit.read_trail")
def page(_request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(f"shown {name}")


def ask(user: object, *, actor: Actor | None = None) -> HttpRequest:
    request = RequestFactory().get("/trail/?secret=1")
    request.user = user  # type: ignore[assignment]
    if actor:
        request.actor = actor  # type: ignore[attr-defined]
    return request


def test_who_holds_the_permission_passes_and_leaves_no_refusal() -> None:
    alice = Person(may=frozenset({"audit.read_trail"}))

    response = page(ask(alice), name="this")

    assert response.content == b"shown this"  # type: ignore[attr-defined]
    assert not Entry.objects.exists()


def test_the_anonymous_are_sent_to_sign_in() -> None:
    response = page(ask(AnonymousUser()), name="this")

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")
    assert not Entry.objects.exists()


def test_who_lacks_it_is_recorded_and_refused() -> None:
    bob = Person()

    with pytest.raises(PermissionDenied):
        page(ask(bob, actor=Actor(label="bob", role="counsellor")), name="this")

    entry = Entry.objects.get()
    assert entry.action == Action.ACCESS_REFUSED
    assert (entry.actor_label, entry.facts) == ("bob", {"permission": "audit.read_trail"})
    assert "secret" not in str(entry.facts) + entry.subject_reference


def test_the_view_tells_which_permission_guards_it() -> None:
    assert page.required_permission == "audit.read_trail"  # type: ignore[attr-defined]


def test_a_request_without_an_actor_is_an_error_not_a_stranger() -> None:
    with pytest.raises(ActorMissing):
        actor_of(ask(AnonymousUser()))
