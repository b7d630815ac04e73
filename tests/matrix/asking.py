"""Ask a view as somebody, without what surrounds every request: only so are thousands of questions cheap."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core.context import request_context
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.http import Http404, HttpRequest
from django.test import RequestFactory
from django.urls import resolve

from audit.actions import Action
from audit.context import ANONYMOUS, Actor
from hotline.people.roles import role_of

TRAIL = {"audit_entry", "audit_pending"}
WRITES = re.compile(
    r"\b(?:INSERT INTO|DELETE FROM|(?<!FOR )(?<!DO )(?<!NO KEY )UPDATE(?: ONLY)?)\s+\"?(\w+)", re.IGNORECASE
)
ALIASES = ("default", "keys")
ACTIONS = frozenset(Action.values)


@dataclass
class Answer:
    """What came back, and what was written meanwhile."""

    status: int = 0
    location: str = ""
    text: str = ""
    kept: str = ""
    error: str = ""
    written: set[str] = field(default_factory=set)
    recorded: set[str] = field(default_factory=set)

    @property
    def changed(self) -> set[str]:
        """Give the tables written to, without the trail's."""
        return self.written - TRAIL


class Asker:
    """Somebody's browser; who is signed in has just proved who they are."""

    def __init__(self, person: User | AnonymousUser) -> None:
        self.person = person
        self.actor = Actor(label=person.get_username(), role=role_of(person)) if person.pk else ANONYMOUS
        self.requests, self.session = RequestFactory(), _Session()

    def ask(self, method: str, path: str, body: Mapping[str, str], *, undo: bool) -> Answer:
        """Ask; with `undo` the databases are as before afterwards."""
        request = self._request(method, path, body)
        answer = Answer()
        with ExitStack() as stack:
            for alias in ALIASES:
                if undo:
                    stack.enter_context(_undone(alias))
                stack.enter_context(connections[alias].execute_wrapper(_watch(answer)))
            stack.enter_context(request_context(request))
            self._answer(request, answer)
        return answer

    def _request(self, method: str, path: str, body: Mapping[str, str]) -> HttpRequest:
        request: HttpRequest = getattr(self.requests, method.lower())(path, body)
        request.resolver_match, request.user = _resolved(path), self.person
        request.actor = self.actor  # type: ignore[attr-defined]
        request.session = self.session  # type: ignore[assignment]
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        request._messages = CookieStorage(request)  # type: ignore[attr-defined]
        if isinstance(self.person, User) and not self.session:
            record_authentication(request, self.person, method="password")
        return request

    def _answer(self, request: HttpRequest, answer: Answer) -> None:
        match = request.resolver_match
        assert match is not None
        try:
            response = match.func(request, *match.args, **match.kwargs)
            if hasattr(response, "render"):
                response.render()
        except Http404:
            answer.status = HTTPStatus.NOT_FOUND
        except PermissionDenied:
            answer.status = HTTPStatus.FORBIDDEN
        except Exception as error:  # noqa: BLE001 - whatever it is, the matrix names the address
            answer.status, answer.error = HTTPStatus.INTERNAL_SERVER_ERROR, repr(error)
        else:
            answer.status = response.status_code
            answer.location = response.headers.get("Location", "")
            answer.kept = response.headers.get("Cache-Control", "")
            answer.text = "" if response.streaming else response.content.decode()


_resolved = cache(resolve)


class _Session(dict[str, Any]):
    """A session in memory."""

    modified = False

    def get_expiry_age(self) -> int:
        """Give a day's work."""
        return int(settings.SESSION_COOKIE_AGE)


def _watch(answer: Answer) -> Callable[..., Any]:
    def watch(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        done = execute(sql, params, many, context)
        if (tables := WRITES.findall(str(sql))) and context["cursor"].rowcount:
            answer.written.update(tables)
            if isinstance(params, list | tuple):
                answer.recorded.update(ACTIONS.intersection(each for each in params if isinstance(each, str)))
        return done

    return watch


@contextmanager
def _undone(alias: str) -> Iterator[None]:
    """Take back what was written in between; a bare savepoint, as a durable block bears no other block around it."""
    connection = connections[alias]
    savepoint = connection.savepoint() or ""
    try:
        yield
    finally:
        connection.savepoint_rollback(savepoint)
        connection.needs_rollback = False
        connection.run_on_commit.clear()
