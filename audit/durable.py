"""Writes a file so that after a crash either the whole new content is there or the whole old."""

import os
from pathlib import Path

PUBLIC_FILE = 0o644
PUBLIC_FOLDER = 0o755


def write_durably(path: Path, content: bytes, *, synced: bool = True) -> None:
    """Write beside the file, sync, rename into place, and sync the folder that holds the name."""
    make_folder(path.parent)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PUBLIC_FILE), "wb") as file:
        file.write(content)
        file.flush()
        if synced:
            os.fsync(file.fileno())
    fresh.replace(path)
    if synced:
        sync_folder(path.parent)


def make_folder(path: Path) -> None:
    """Make a folder and its parents, each name synced into the folder above."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(mode=PUBLIC_FOLDER, exist_ok=True)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
