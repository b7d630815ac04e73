"""A mark on disk that callers are being answered without the databases, which the pages' readiness sees.

Its age is all that counts, so that a process which was killed leaves no alarm behind.
"""

import contextlib
from pathlib import Path
from time import monotonic, time

from django.conf import settings

NAME = "answered-without-database"
LATELY_S = 60.0
GRAIN_S = 1.0
_noted: dict[Path, float] = {}


def note_answered_without() -> None:
    """Renew the mark, at most once a second; a disk that refuses it must not keep a caller waiting."""
    path = _path()
    if monotonic() - _noted.get(path, float("-inf")) < GRAIN_S:
        return
    _noted[path] = monotonic()
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)


def answered_without_lately() -> bool:
    """Tell whether some process of this host did that in the last minute."""
    try:
        return time() - _path().stat().st_mtime < LATELY_S
    except OSError:
        return False


def _path() -> Path:
    return Path(settings.SPOOL_DIR) / NAME
