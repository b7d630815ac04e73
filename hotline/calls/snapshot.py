"""The last known good state of the lines, kept beside the spool: what is heard while no database can be asked.

One JSON file per host, replaced as a whole. It holds what anybody hears who calls, and nothing about callers.
"""

import json
import logging
import os
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from time import time as time_now
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from django.conf import settings

from hotline.lines.hours import LinePlan, plans

logger = logging.getLogger(__name__)
NAME = "lines.json"
VERSION = 1
_remembered: dict[str, LinePlan] = {}


def take_snapshot() -> bool:
    """Read every line and keep it, in memory and on disk; says whether anything had changed."""
    now = {plan.number: plan for plan in plans()}
    content = encode(now)
    _remember(now)
    if _read() == content:
        os.utime(_path())
        return False
    _replace(content)
    return True


def plan_without_database(number: str) -> LinePlan | None:
    """Give the line's plan as it was last seen; none where no line of ours had this number."""
    if not _remembered:
        recall()
    return _remembered.get(number)


def recall() -> None:
    """Take the snapshot of an earlier process into memory; a damaged or missing one is none."""
    content = _read()
    try:
        earlier = decode(content) if content else {}
    except (ValueError, KeyError, TypeError):
        logger.exception("The snapshot of the lines cannot be read")
        return
    if earlier and not _remembered:
        _remember(earlier)


def age_s() -> float | None:
    """Say how long ago the snapshot was last seen to be right; None where there is none."""
    try:
        return max(0.0, time_now() - _path().stat().st_mtime)
    except OSError:
        return None


def forget() -> None:
    """Drop what this process remembers."""
    _remembered.clear()


def encode(lines: dict[str, LinePlan]) -> bytes:
    """Write plans as JSON, in an order that only changes with them."""
    content = {"version": VERSION, "lines": [asdict(lines[number]) for number in sorted(lines)]}
    return json.dumps(content, default=_plain, separators=(",", ":"), sort_keys=True).encode()


def decode(content: bytes) -> dict[str, LinePlan]:
    """Read plans from JSON.

    Errors: ValueError, KeyError, TypeError for what this version did not write.
    """
    read = json.loads(content)
    if read["version"] != VERSION:
        raise ValueError
    lines = [_typed(LinePlan, line) for line in read["lines"]]
    return {plan.number: plan for plan in lines}


def _remember(lines: dict[str, LinePlan]) -> None:
    _remembered.update(lines)
    for gone in _remembered.keys() - lines.keys():
        del _remembered[gone]


def _path() -> Path:
    return Path(settings.SPOOL_DIR) / NAME


def _read() -> bytes | None:
    try:
        return _path().read_bytes()
    except OSError:
        return None


def _replace(content: bytes) -> None:
    """Write beside, fsync, rename: whoever reads sees the old or the new, also after a power cut."""
    path = _path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f"{NAME}.{os.uname().nodename}.{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _plain(value: object) -> str:
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _typed(kind: Any, value: Any) -> Any:
    """Give what was written as JSON its type back, as the fields of the plan declare it."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return (
            None if value is None else _typed(next(each for each in inner if each is not type(None)), value)
        )
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _typed(hints[name], value[name]) for name in hints if name in value})  # type: ignore[operator]
    if isinstance(kind, type) and issubclass(
        kind, tuple
    ):  # a named tuple: a row whose fields say what they are
        return kind(
            *(_typed(each, got) for each, got in zip(get_type_hints(kind).values(), value, strict=True))
        )
    if origin in {tuple, list, frozenset, set}:
        return _typed_row(origin, inner, value)
    if origin is dict:
        return {_typed(inner[0], name): _typed(inner[1], each) for name, each in value.items()}
    return _typed_single(kind, value)


def _typed_row(origin: Any, inner: tuple[Any, ...], value: list[Any]) -> Any:
    same = len(inner) == 1 or inner[-1] is Ellipsis
    kinds = [inner[0]] * len(value) if same else inner
    return origin(_typed(kind, each) for kind, each in zip(kinds, value, strict=True))


def _typed_single(kind: Any, value: Any) -> Any:
    if kind in {date, time, datetime}:
        return kind.fromisoformat(value)
    return kind(value) if kind is UUID or (isinstance(kind, type) and issubclass(kind, Enum)) else value
