"""kill -9 of the web process while somebody types: what was typed seconds ago is there when it is back."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import BrowserContext, expect

from cases.record.models import Draft
from hotline.people.roles import Role
from tests.hotline.people.factories import make_person
from tests.referrals.factories import make_case

pytestmark = [
    pytest.mark.browser,
    pytest.mark.sweep,
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
]
BASE_DIR = Path(__file__).resolve().parent.parent.parent.parent
SECONDS_AT_MOST = 30
LOST_AT_MOST = 5.0
KEPT, LATER = "Pappan berättar att dottern har börjat", " resa bort varje helg."


class WebProcess:
    """The pages as an installation serves them, on one address however often they are killed."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        names = {
            f"TEST_DATABASE_{alias.upper()}": str(connections[alias].settings_dict["NAME"])
            for alias in ("default", "keys")
        }
        self.process = subprocess.Popen(
            [Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--workers",
             "1", "--blocking-threads", "4", "--no-ws", "--port", str(self.port), "hotline.wsgi:application"],
            cwd=BASE_DIR,
            env=os.environ | names | {"DJANGO_SETTINGS_MODULE": "tests.process_settings"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + SECONDS_AT_MOST
        while time.monotonic() < deadline:
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise TimeoutError

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def test_what_was_typed_is_there_after_the_web_process_was_killed(context: BrowserContext) -> None:
    alice = make_person("alice", Role.COUNSELLOR)
    where = f"/cases/{make_case(alice).reference}/notes/add/"
    client = Client()
    client.force_login(alice, backend="hotline.people.backend.RoleBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    web = WebProcess()
    try:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": web.address}])
        page = context.new_page()
        page.goto(web.address + where)
        page.keyboard.type(KEPT)
        typed = time.monotonic()
        expect(page.locator("[data-draft-status]")).to_contain_text("Utkast sparat")
        assert time.monotonic() - typed < LOST_AT_MOST
        page.keyboard.type(LATER)
        web.kill()
        expect(page.locator("[data-draft-status][data-trouble]")).to_contain_text("kunde inte sparas")
        page.close()

        web.start()
        page = context.new_page()
        page.goto(web.address + where)
        expect(page.locator("#id_text")).to_have_value(KEPT)
        expect(page.locator("[data-draft-notice]")).to_contain_text("Här är ditt utkast från")
        page.click("[data-draft-discard]")
        expect(page.locator("#id_text")).to_have_value("")
        expect(page.locator("[data-draft-notice]")).to_be_hidden()
        page.close()
    finally:
        web.kill()
    assert not Draft.objects.exists()
