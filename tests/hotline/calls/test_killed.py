"""kill -9 in the middle of a stream of calls: what the provider was told is kept is in the database or the spool."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connections
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from audit.context import system_actor
from cases.vault import pseudonyms
from hotline.calls.models import Call, CallEvent
from hotline.calls.replay import replay_spool
from tests.databases import host
from tests.hotline.calls.gate import Gate
from tests.hotline.calls.provider import FORM_TYPE
from tests.hotline.factories import CALLER, LINE_NUMBER, make_line

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)
BASE_DIR = Path(__file__).resolve().parent.parent.parent.parent
CALLERS = 4
ENOUGH = 24
SECONDS_AT_MOST = 45
VOICE, STATUS = "voice", "status"
KINDS = {VOICE: "offered", STATUS: "ended"}


class Server:
    """The webhooks as an installation serves them, on loopback, with their databases behind a gate."""

    def __init__(self, name: str, gate: Gate) -> None:
        self.name, self.gate = name, gate
        self.acknowledged: list[tuple[str, str]] = []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--workers",
             "1", "--blocking-threads", "4", "--no-ws", "--port", str(self.port), "hotline.webhook_wsgi:application"],
            cwd=BASE_DIR,
            env=self._environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        main, keys = (
            f"postgresql://hotline_{role}@/{connections[alias].settings_dict['NAME']}?host={self.gate.folder}"
            for alias, role in (("default", "web"), ("keys", "keys"))
        )
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "hotline.settings",
            "DATABASE_URL": main,
            "KEYS_DATABASE_URL": keys,
            "LISTEN_DATABASE_URL": main,
            "SPOOL_DIR": str(settings.SPOOL_DIR),
        }

    def let_call(self, caller: int) -> None:
        """Send one call after the other until nobody answers any more, and note what was acknowledged."""
        number = 0
        while True:
            number += 1
            for step in (VOICE, STATUS):
                sid = f"CA{self.name}{caller}{number:05d}"
                try:
                    if self._post(sid, step) in {200, 204}:
                        self.acknowledged.append((sid, step))
                except (OSError, http.client.HTTPException):
                    return

    def _post(self, sid: str, step: str) -> int:
        form = {"AccountSid": settings.TWILIO_ACCOUNT_SID, "CallSid": sid, "From": CALLER, "To": LINE_NUMBER}
        form["CallStatus"] = "ringing" if step == VOICE else "completed"
        url = f"{settings.PUBLIC_BASE_URL}/webhooks/twilio/{step}/"
        signature = RequestValidator(settings.TWILIO_AUTH_TOKEN).compute_signature(url, form)
        headers = {"Content-Type": FORM_TYPE, "X-Twilio-Signature": signature}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_AT_MOST)
        try:
            connection.request("POST", f"/webhooks/twilio/{step}/", urlencode(form), headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def await_acknowledged(self, enough: int) -> None:
        deadline = time.monotonic() + SECONDS_AT_MOST
        while len(self.acknowledged) < enough:
            assert time.monotonic() < deadline, f"{self.name}: {len(self.acknowledged)} acknowledged"
            assert self.process.poll() is None
            time.sleep(0.01)

    def await_listening(self) -> None:
        deadline = time.monotonic() + SECONDS_AT_MOST
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert time.monotonic() < deadline
            assert self.process.poll() is None
            time.sleep(0.05)

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def serving(*names: str) -> Iterator[list[Server]]:
    gates = [Gate(host()) for _each in names]
    servers: list[Server] = []
    try:
        for name, gate in zip(names, gates, strict=True):
            gate.__enter__()
            servers.append(Server(name, gate))
        yield servers
    finally:
        for server in servers:
            if server.process.poll() is None:
                server.kill()
        for gate in gates:
            gate.__exit__()


def test_a_killed_process_takes_no_acknowledged_event_with_it() -> None:
    make_line()
    with serving("h", "g") as servers:
        healthy, gone = servers
        threads = []
        for server in servers:
            server.await_listening()
            threads += [threading.Thread(target=server.let_call, args=(each,)) for each in range(CALLERS)]
        for thread in threads:
            thread.start()
        gone.await_acknowledged(ENOUGH // 4)
        gone.gate.cut()
        for server in servers:
            server.await_acknowledged(len(server.acknowledged) + ENOUGH)
            server.kill()
        for thread in threads:
            thread.join()
    in_spool = sum(1 for path in Path(settings.SPOOL_DIR).glob("*.spool") if path.stat().st_size)
    assert in_spool >= 1
    replay_spool(actor=system_actor("spool"))
    kept = set(CallEvent.objects.values_list("call__call_key", "kind"))
    told = [
        (pseudonyms.call_key("twilio", sid), KINDS[step])
        for sid, step in healthy.acknowledged + gone.acknowledged
    ]
    assert len(told) >= 2 * ENOUGH
    assert [each for each in told if each not in {(bytes(key), kind) for key, kind in kept}] == []
    assert CallEvent.objects.count() == len(kept)
    assert not Call.objects.filter(fingerprint=None).exists()
