"""What docs/telephony.md shows works as it stands there: the curl example, the exchange's script, a fourth provider."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from hotline.calls.models import Call
from hotline.telephony import providers
from tests.hotline.factories import CALLER, LINE_NUMBER, make_line

PAGE = Path(__file__).resolve().parents[3] / "docs" / "telephony.md"
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
TOKEN = "an invented token"
NEEDS = ("curl", "openssl", "od", "sh")
MISSING = [name for name in NEEDS if shutil.which(name) is None]


def example(mark: str, language: str = "sh") -> str:
    """Give the one block of the page that holds the mark."""
    blocks = re.findall(
        rf"^```{language}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    (block,) = [each for each in blocks if mark in each]
    return str(block)


def run(script: Path, *given: str, **environment: str) -> None:
    done = subprocess.run(
        [shutil.which("sh") or "/bin/sh", str(script), *given],
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(bool(MISSING), reason=f"NOT RUN: the documented examples need {' '.join(MISSING)}")
@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_the_curl_example_and_the_exchanges_script_tell_a_call(
    live_server: LiveServer, settings: Settings, tmp_path: Path
) -> None:
    settings.GENERIC_WEBHOOK_SECRET = SECRET
    make_line()
    address = f"{live_server.url}/webhooks/generic/"
    curl, tell, secret = tmp_path / "curl.sh", tmp_path / "tell-line", tmp_path / "secret"
    curl.write_text("set -eu\n" + example("# example: curl"))
    tell.write_text(example("# example: tell-line"))
    secret.write_text(SECRET + "\n")
    run(curl, SECRET=SECRET, ADDRESS=address)
    call = Call.objects.get()
    assert (call.state, call.provider, call.withheld, call.line and call.line.number) == (
        "offered",
        "generic",
        False,
        LINE_NUMBER,
    )
    of_the_call = {"TELL_ADDRESS": address, "TELL_SECRET_FILE": str(secret)}
    linked = "call_id=1763800000.17"
    run(tell, "kind=ringing", linked, "leg_id=1763800000.18", **of_the_call)
    run(tell, "kind=accepted", linked, "leg_id=1763800000.18", "wait_s=7", **of_the_call)
    run(tell, "kind=ended", linked, "leg_id=1763800000.18", "talk_s=", **of_the_call)
    run(tell, "kind=ended", linked, 'from=07"0; rm', **of_the_call)
    call.refresh_from_db()
    assert (call.outcome, call.wait_s, call.rings) == ("answered", 7, 1)


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_fourth_provider_takes_a_call_with_nothing_else_changed(
    client: Client, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fourth_provider.py").write_text(example("class Fourth", "python"))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("FOURTH_TOKEN", TOKEN)
    settings.TELEPHONY_PROVIDERS = [*settings.TELEPHONY_PROVIDERS, "fourth_provider.Fourth"]
    make_line()

    def tell(where: str, token: str = TOKEN, **fields: str) -> tuple[int, list[dict[str, object]]]:
        path = where.removeprefix(settings.PUBLIC_BASE_URL)
        told = {"call": "1", "caller": CALLER, "line": LINE_NUMBER} | fields
        response = client.post(
            path, json.dumps(told), content_type="application/json", headers={"X-Fourth-Token": token}
        )
        return response.status_code, json.loads(response.content or "[]")

    assert tell("/webhooks/fourth/voice/", token="guessed") == (403, [])
    status, heard = tell("/webhooks/fourth/voice/")
    assert status == 200
    assert "1 1 2" in json.dumps(heard)
    following = next(str(each["then"]) for each in heard if "then" in each)
    assert following.startswith("http://testserver/webhooks/fourth/")
    assert tell("/webhooks/fourth/status/")[0] == 200
    call = Call.objects.get()
    assert (call.provider, call.outcome, call.withheld) == ("fourth", "abandoned", False)
    sys.modules.pop("fourth_provider")
    providers.load.cache_clear()


def test_what_the_page_says_of_providers_is_what_is_registered(settings: Settings) -> None:
    known = providers.load(tuple(settings.TELEPHONY_PROVIDERS))
    page = PAGE.read_text(encoding="utf-8")
    for provider in known.values():
        assert f"/webhooks/{provider.name}/" in page
        assert [
            name for name in provider.settings if f"`{name}`" not in page and name != "ELKS_API_URL"
        ] == []
