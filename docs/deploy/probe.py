"""Ask whether a process of this container lives; exit 0 for yes.

`probe.py http PORT PATH`: the page answers without an error. `probe.py port PORT`: the port answers (the event stream
has no page that needs no session). `probe.py fresh FILE SECONDS`: the file was written within the seconds (what the
sequencer says about itself).
"""  # noqa: INP001 - a script beside the deployment files, no package

import http.client
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

TIMEOUT_SECONDS = 3
FIRST_ERROR = 400


def page_answers(port: str, path: str) -> bool:
    """Ask for a page as the proxy in front would; a redirect is an answer too."""
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=TIMEOUT_SECONDS)
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
    connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
    return connection.getresponse().status < FIRST_ERROR


def port_answers(port: str) -> bool:
    """Connect, and leave again."""
    socket.create_connection(("127.0.0.1", int(port)), TIMEOUT_SECONDS).close()
    return True


def is_fresh(file: str, seconds: str) -> bool:
    """Look at when the file was last written."""
    return time.time() - Path(file).stat().st_mtime < float(seconds)


QUESTIONS: dict[str, Callable[..., bool]] = {"http": page_answers, "port": port_answers, "fresh": is_fresh}


def main(question: str, *about: str) -> int:
    """Give the exit code; whatever cannot be asked does not live."""
    try:
        return 0 if QUESTIONS[question](*about) else 1
    except (OSError, http.client.HTTPException):
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
