"""Log what failed and where, never what was in it: exceptions appear as class, SQLSTATE and constraint.

PostgreSQL puts the failing row into its error message, and many other exceptions quote their input. So no message of
an exception is ever written; the frames say where to look.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Final

import psycopg
from django.db import Error as DatabaseError

from audit.context import current_request_id

# What is in an address and opens something: an invitation, and the path secret of a provider who signs nothing.
_TOKEN: Final = re.compile(r"(/welcome/|/webhooks/[\w-]+/(?=[^/\s]+/\w))[^/\s]+")
_NUMBER: Final = re.compile(r"\+\d{7,15}")
_QUERY: Final = re.compile(r"\?[^\s\"']*")
LIBRARY_FRAMES: Final = 3


class CarefulFormatter(logging.Formatter):
    """One line for what happened, and for an exception one line per link of its chain and per frame."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(request)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Write a record without its exceptions' messages, link tokens, query strings and numbers."""
        careful = logging.makeLogRecord(
            record.__dict__ | {"exc_text": None, "request": current_request_id() or "-"}
        )
        careful.msg, careful.args = _clean(_message(record)), None
        return super().format(careful)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        """Describe an exception and what caused it."""
        return "\n".join(describe(ei[1])) if ei and ei[1] else ""


def describe(error: BaseException) -> Iterator[str]:
    """Say class, SQLSTATE and constraint of every link of a chain, then where each was raised."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield _title(link)
        yield from _frames(link.__traceback__)
        link = link.__cause__ or link.__context__


def guard_last_words() -> None:
    """Let an uncaught database error end a process without its row on the screen."""
    sys.excepthook = _last_words


def _title(error: BaseException) -> str:
    kind = type(error)
    parts = [f"{kind.__module__}.{kind.__qualname__}"]
    if isinstance(error, psycopg.Error):
        parts += [f"SQLSTATE {error.sqlstate}"] if error.sqlstate else []
        parts += [f"constraint {error.diag.constraint_name}"] if error.diag.constraint_name else []
    return " ".join(parts)


def _frames(trace: TracebackType | None) -> Iterator[str]:
    """Say where: every frame of our own, and the last few of the libraries."""
    frames = traceback.StackSummary.extract(traceback.walk_tb(trace), lookup_lines=False)
    for left, frame in zip(range(len(frames), 0, -1), frames, strict=True):
        if left <= LIBRARY_FRAMES or "site-packages" not in frame.filename:
            yield f"  {frame.filename}:{frame.lineno} {frame.name}"


def _message(record: logging.LogRecord) -> str:
    """Fill a message in, with exceptions among its arguments named by their class."""
    args = record.args
    if isinstance(args, tuple):
        args = tuple(_title(each) if isinstance(each, BaseException) else each for each in args)
    message = _title(record.msg) if isinstance(record.msg, BaseException) else str(record.msg)
    return message % args if args else message


def _clean(text: str) -> str:
    return _NUMBER.sub("…", _QUERY.sub("", _TOKEN.sub(r"\1…", text)))


def _last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    chain: BaseException | None = error
    while chain is not None and not isinstance(chain, DatabaseError | psycopg.Error):
        chain = chain.__cause__ or chain.__context__
    if chain is None:
        sys.__excepthook__(kind, error, trace)
    else:
        sys.stderr.write("\n".join(describe(error)) + "\n")


def configuration() -> dict[str, Any]:
    """Give Django's LOGGING: everything to standard error, the talkative ones only when something is wrong."""
    quiet = ("twilio.http_client", "urllib3", "httpx", "httpcore", "hvac", "django.server", "uvicorn.access")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"careful": {"()": "hotline.logs.CarefulFormatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "careful"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "procrastinate": {"level": "WARNING"},
            "twilio": {"level": "CRITICAL"},
            **{name: {"handlers": ["stderr"], "level": "ERROR", "propagate": False} for name in quiet},
        },
    }
