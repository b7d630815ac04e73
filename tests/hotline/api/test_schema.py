"""Requests made up from the schema, by two municipalities' systems and a counsellor: nothing breaks, nothing leaks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from wsgiref.types import WSGIApplication

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, strategies
from hypothesis import settings as hypothesis_settings

from cases.record.services import add_note
from referrals.referral.models import Referral
from referrals.referral.services import open_referral, send_referral
from referrals.systems.models import System
from tests.hotline.statistics.factories import make_call, signed_in
from tests.referrals.factories import actor_for, make_case, make_point, make_user, propose
from tests.referrals.systems_factories import token_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
FEW = hypothesis_settings(
    max_examples=3,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CLOSED = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
)  # a door says so before it reads any of the request ...
TOKENS = "/api/v1/token/"  # ... but this one, at which everybody may ask


class Town:
    """A municipality with a system, and a referral that its counsellor has sent there."""

    def __init__(self, name: str, code: str) -> None:
        self.counsellor = make_user(name, "counsellor")
        self.point = make_point(code)
        self.token = token_for(self.point, name=name)
        self.message = f"PLANTED for {code}"
        self.case = make_case(self.counsellor)
        self.note = add_note(
            actor=actor_for(self.counsellor),
            user=self.counsellor,
            case=self.case,
            text=f"PLANTED note {name}",
        )
        self.referral = self._send()
        system = System.objects.get(name=name)
        open_referral(actor=actor_for(system.user), user=system.user, referral=self.referral)

    @property
    def secrets(self) -> list[str]:
        """Give what nobody outside the case or the municipality may read."""
        return [self.message, self.case.reference, self.referral.reference, self.referral.receiver_reference]

    def _send(self) -> Referral:
        referral = propose(self.counsellor, self.case, self.point, typed={"message": self.message})
        return send_referral(actor=actor_for(self.counsellor), user=self.counsellor, referral=referral)


@dataclass(frozen=True)
class Asker:
    """Who asks, and what this asker must never be shown."""

    name: str
    hidden: list[str]
    token: str = ""
    session: str = ""

    def ask(self, case: Any) -> Any:
        """Send a request as this asker."""
        if self.token:
            return case.call(headers={"Authorization": f"Bearer {self.token}"})
        return case.call(cookies={settings.SESSION_COOKIE_NAME: self.session})


class World:
    """Two towns, a call, and whom each asker must never hear of."""

    def __init__(self) -> None:
        self.ale, self.stockholm = Town("alice", "1440"), Town("bob", "0180")
        self.call = make_call()
        session = signed_in(self.ale.counsellor).cookies[settings.SESSION_COOKIE_NAME].value
        self.askers = [
            Asker("Ale", self._hidden_from(self.ale), token=self.ale.token),
            Asker("Stockholm", self._hidden_from(self.stockholm), token=self.stockholm.token),
            Asker("alice", [*self.stockholm.secrets, "PLANTED note"], session=session),
        ]

    @property
    def references(self) -> list[str]:
        """Give every reference somebody might try."""
        towns = (self.ale, self.stockholm)
        found = [value for town in towns for value in town.secrets[1:]]
        return [*found, self.call.reference, "M-NEVER2"]

    def _hidden_from(self, town: Town) -> list[str]:
        other = self.stockholm if town is self.ale else self.ale
        own = [town.case.reference, town.referral.reference]
        return [*other.secrets, *own, "PLANTED note"]


@pytest.fixture
def application() -> Iterator[WSGIApplication]:
    """Give the application in this process, on this test's connections, as Django's own test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in signals:
        signal.connect(close_old_connections)


def operations(application: WSGIApplication) -> Iterator[Any]:
    """Give every operation of the schema; who asks is ours to say, and answers are looked at by ourselves."""
    document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    for methods in document["paths"].values():
        for operation in methods.values():
            operation.pop("security", None)
            operation["responses"] = {"default": {"description": "any"}}
    wanted = {
        "Answer",
        "ContactPointKind",
        "Words",
        "Decline",
        "Nothing",
        "Outcome",
        "ReportedOutcome",
        "TokenAsked",
        "GrantTypeEnum",
        "ScopeEnum",
    }
    kept = {name: each for name, each in document["components"]["schemas"].items() if name in wanted}
    document["components"] = {"schemas": kept}
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(document, default=str)))
    schema.app = application
    schema.config.analysis.constants.enabled = (
        False  # no reading of our modules for values: the schema is enough
    )
    for found in schema.get_all_operations():
        yield found.ok()  # type: ignore[union-attr] # what is no operation breaks the test


def test_no_request_made_from_the_schema_breaks_anything_or_shows_a_foreign_object(
    application: WSGIApplication,
) -> None:
    world, statuses = World(), set[tuple[str, int]]()
    for operation in operations(application):
        ask(operation, world, statuses)
    for asker in ("Ale", "Stockholm"):
        assert {(asker, status) for status in (200, 400, 401, 404)} <= statuses
    assert {("alice", status) for status in (200, 401, 403, 404)} <= statuses


def ask(operation: Any, world: World, statuses: set[tuple[str, int]]) -> None:
    """Ask some times, each time as everybody whom the door has not refused; any reference may stand in the path."""
    references = world.references if "{reference}" in operation.path else [""]
    refused: set[str] = set()

    @FEW
    @given(case=operation.as_strategy(), reference=strategies.sampled_from(references))
    def try_some(case: Any, reference: str) -> None:
        if reference:
            case.path_parameters["reference"] = reference
        for asker in (asker for asker in world.askers if asker.name not in refused):
            response = asker.ask(case)
            statuses.add((asker.name, response.status_code))
            if response.status_code in CLOSED and operation.path != TOKENS:
                refused.add(asker.name)
            assert response.status_code < 500, (operation.label, response.status_code)
            leaked = [value for value in asker.hidden if value in response.text and value != reference]
            assert not leaked, (operation.label, leaked)

    try_some()
