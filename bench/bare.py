"""The bare floor: a WSGI function that checks the signature, writes what we write and answers what we answer.

No routing, no request object, no middleware, no thought: what a Python process cannot do without.
"""

import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import django
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

django.setup()

from bench.statements import Writer  # noqa: E402 - our statements load with the models

BASE_URL = os.environ["PUBLIC_BASE_URL"]
VALIDATOR = RequestValidator(Path(os.environ["TWILIO_AUTH_TOKEN_FILE"]).read_text(encoding="utf-8").strip())
ANSWER = Path(os.environ["BENCH_ANSWER"]).read_bytes()
HEADERS = [("Content-Type", "text/xml; charset=utf-8"), ("Content-Length", str(len(ANSWER)))]
_local = threading.local()


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Take one call in."""
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    url = BASE_URL + environ["PATH_INFO"]
    if not VALIDATOR.validate(url, form, environ.get("HTTP_X_TWILIO_SIGNATURE", "")):
        start_response("403 Forbidden", [("Content-Length", "0")])
        return [b""]
    _writer().write(form["CallSid"], form["From"])
    start_response("200 OK", HEADERS)
    return [ANSWER]


def _writer() -> Writer:
    """Give this thread's connection."""
    if not hasattr(_local, "writer"):
        _local.writer = Writer(os.environ["DATABASE_URL"])
    return _local.writer  # type: ignore[no-any-return]
