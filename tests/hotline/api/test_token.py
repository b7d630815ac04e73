"""Tokens for municipalities' systems, as RFC 6749 §4.4 and §5.2 have them."""

import base64
import json
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import quote_plus, urlencode

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from audit import refusals
from audit.actions import Action
from audit.models import Entry
from referrals.systems.models import System
from referrals.systems.tokens import MOST_A_MINUTE
from tests.referrals.factories import make_point
from tests.referrals.systems_factories import make_system

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
FORM = "application/x-www-form-urlencoded"


def ask(form: object, basic: str = "", content_type: str = FORM) -> Any:
    """Ask for a token."""
    headers = {"Authorization": "Basic " + base64.b64encode(basic.encode()).decode()} if basic else {}
    body = form if isinstance(form, (str, bytes)) else urlencode(form)  # type: ignore[arg-type]
    return Client(enforce_csrf_checks=True).post(
        "/api/v1/token/", body, content_type=content_type, headers=headers
    )


def test_a_token_comes_for_id_and_secret_by_basic_or_in_the_body_and_opens() -> None:
    system, secret = make_system(make_point())
    wanted = {"grant_type": "client_credentials"}
    known = {"client_id": system.reference, "client_secret": secret}
    both = wanted | known
    answers = [
        ask(wanted, basic=f"{quote_plus(system.reference)}:{quote_plus(secret)}"),
        ask(both | {"scope": "referrals"}),
        ask(json.dumps(both), content_type="application/json"),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        token = answer.json()
        assert (token["token_type"], token["expires_in"], token["scope"]) == ("Bearer", 900, "referrals")
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        assert Client(headers=headers).get("/api/v1/received/").status_code == 200
    assert len({answer.json()["access_token"] for answer in answers}) == len(answers)


def test_tokens_count_as_requests_so_no_program_fills_the_trail_with_them() -> None:
    system, secret = make_system(make_point())
    form = {"grant_type": "client_credentials", "client_id": system.reference, "client_secret": secret}
    assert ask(form).status_code == 200
    System.objects.filter(pk=system.pk).update(asked=MOST_A_MINUTE, minute=F("minute") + 1)
    with patch.object(timezone, "now", return_value=timezone.now() + timedelta(minutes=1)):
        late = ask(form)
    assert (late.status_code, late.headers["Retry-After"]) == (429, "60")
    assert ask(form | {"client_secret": "wrong"}).status_code == 401
    assert Entry.objects.filter(action=Action.SYSTEM_TOKEN_ISSUED).count() == 1


def test_what_is_asked_wrongly_is_refused_in_the_norms_words() -> None:
    system, secret = make_system(make_point())
    known = {"client_id": system.reference, "client_secret": secret}
    wanted = {"grant_type": "client_credentials"}
    twice = urlencode([*wanted.items(), *known.items(), ("scope", "referrals"), ("scope", "referrals")])
    wrong: list[tuple[Any, int, str]] = [
        (ask(known), 400, "invalid_request"),
        (ask(""), 400, "invalid_request"),
        (ask(twice), 400, "invalid_request"),
        (ask(b"grant_type=\xff"), 400, "unsupported_grant_type"),
        (ask("[]", content_type="application/json"), 400, "invalid_request"),
        (ask('{"grant_type": 1}', content_type="application/json"), 400, "invalid_request"),
        (ask("x", content_type="text/xml"), 400, "invalid_request"),
        (ask({"grant_type": "password"} | known), 400, "unsupported_grant_type"),
        (ask(wanted | known | {"scope": "cases"}), 400, "invalid_scope"),
        (ask(wanted | known, basic=f"{system.reference}:{secret}"), 400, "invalid_request"),
        (ask(wanted), 401, "invalid_client"),
        (ask(wanted, basic="no colon"), 401, "invalid_client"),
        (ask(wanted, basic=f"{system.reference}:wrong"), 401, "invalid_client"),
        (ask(wanted | {"client_id": "I-\0", "client_secret": secret}), 401, "invalid_client"),
        (ask(wanted | {"client_id": "I-222222", "client_secret": secret}), 401, "invalid_client"),
    ]
    for number, (answer, status, why) in enumerate(wrong):
        assert (number, answer.status_code, answer.json()) == (number, status, {"error": why})
    assert wrong[-1][0].headers["WWW-Authenticate"] == 'Basic realm="api"'
    assert ask("x" * 17_000).status_code == 413
    assert Client().get("/api/v1/token/").status_code == 405
    refusals.flush()
    counted = Entry.objects.filter(action="access:requests:refused", facts__reason="api client")
    assert sum(entry.facts["times"] for entry in counted) == 5
