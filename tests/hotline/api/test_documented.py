"""Every example of docs/api.md does what the page says, in its order."""

import base64
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from referrals.referral.models import Referral
from referrals.referral.outcomes import CHOOSABLE
from referrals.referral.services import send_referral
from referrals.systems.answers import KeyReused, SameRequestUnderWay
from tests.referrals.factories import actor_for, make_case, make_point, make_user, propose
from tests.referrals.systems_factories import make_system

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
PAGE = (Path(__file__).resolve().parents[3] / "docs" / "api.md").read_text(encoding="utf-8")


def examples() -> Iterator[str]:
    """Give every curl command of the page."""
    for block in re.findall(r"```sh\n(.*?)```", PAGE, flags=re.DOTALL):
        yield from block.strip().splitlines()


def run(command: str, values: dict[str, str]) -> Any:
    """Do with the test's client what curl would do with these values; unknown options are errors."""
    for name, value in values.items():
        command = command.replace(f"${name}", value)
    words = iter(shlex.split(command))
    assert next(words) == "curl"
    method, body, url, headers = "", "", "", {}
    for word in words:
        match word:
            case "-X":
                method = next(words)
            case "-H":
                name, _colon, text = next(words).partition(": ")
                headers[name] = text
            case "-u":
                headers |= basic(next(words))
            case "-d":
                body = next(words)
            case _:
                assert (url, word[0]) == ("", "/"), word
                url = word
    sent_as = headers.pop("Content-Type", "application/x-www-form-urlencoded" if body else "application/json")
    method = method or ("POST" if body else "GET")
    return Client(headers=headers).generic(method, url, body, content_type=sent_as)


def basic(pair: str) -> dict[str, str]:
    """Identify by HTTP Basic."""
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def test_every_example_on_the_page_works_in_its_order() -> None:
    alice, point = make_user("alice", "counsellor"), make_point()
    referral = send_referral(
        actor=actor_for(alice), user=alice, referral=propose(alice, make_case(alice), point)
    )
    system, secret = make_system(point)
    values = {"HOST": "", "CLIENT_ID": system.reference, "CLIENT_SECRET": secret}
    values["REFERENCE"] = referral.receiver_reference
    commands = list(examples())
    assert len(commands) == 11
    for command in commands:
        response = run(command, values)
        assert (command, response.status_code) == (command, 200)
        values.setdefault("TOKEN", response.json().get("access_token", "") if "/token/" in command else "")
    assert Referral.objects.get().state == "outcome_reported"


def test_the_page_names_what_there_is() -> None:
    for outcome in CHOOSABLE:
        assert f"`{outcome.value}`" in PAGE
    for problem in (KeyReused, SameRequestUnderWay):
        assert f"`{problem.kind.rpartition(':')[2]}`" in PAGE
