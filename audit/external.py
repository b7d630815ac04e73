"""The half of the trail that lies outside the database: tiles, signed checkpoints and trusted keys, as files.

One folder per generation, each a C2SP tlog-tiles log of its own:

    1/checkpoint              the newest signed tree head
    1/checkpoints/x000/017    every head, those of sizes 4353 to 4608, oldest first
    1/tile/0/x000/017.p/5     leaf hashes 4352 to 4356
    1/keys.json               whose signatures are trusted, for which sizes
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from audit import trusted_keys
from audit.durable import write_durably
from audit.merkle import HASH_SIZE
from audit.notes import TreeHead
from audit.tiles import FULL, WIDTH, TiledTree, number_path, tile_path, tile_root
from audit.trusted_keys import TrustedKey, open_trusted

_NOTE_END = "\n\x1e\n"


class TileMissing(LookupError):
    """A tile that the checkpoints need is not there, or is too short."""


@dataclass(frozen=True)
class ExternalLog:
    """One generation's folder."""

    folder: Path

    @classmethod
    def of(cls, directory: Path, generation: int) -> "ExternalLog":
        """Find a generation's folder under the checkpoint directory."""
        return cls(directory / str(generation))

    def keys(self) -> list[TrustedKey]:
        """Give the keys that are trusted for this log."""
        return trusted_keys.load(self.folder)

    def newest_note(self) -> str | None:
        """Give the newest signed tree head as it was written; none where nothing was signed yet."""
        path = self.folder / "checkpoint"
        return path.read_text(encoding="utf-8") if path.is_file() else None

    def newest(self) -> TreeHead | None:
        """Give the newest tree head, its signature checked.

        Errors: NoteRefused.
        """
        note = self.newest_note()
        return open_trusted(note, self.keys()) if note is not None else None

    def publish(self, note: str) -> None:
        """Put a newly signed tree head in place: from here on it is what the database is measured against."""
        write_durably(self.folder / "checkpoint", note.encode())

    def keep(self, note: str, *, size: int) -> None:
        """Add a tree head to those that are kept for ever, unless it is there already."""
        path = self.folder / "checkpoints" / number_path((size - 1) // WIDTH)
        kept = path.read_text(encoding="utf-8") if path.is_file() else ""
        if note + _NOTE_END not in kept:
            write_durably(path, (kept + note + _NOTE_END).encode())

    def kept_notes(self) -> Iterator[str]:
        """Give every kept tree head, smallest tree first."""
        folder = self.folder / "checkpoints"
        numbered = {_number_of(path.relative_to(folder)): path for path in folder.rglob("[0-9][0-9][0-9]")}
        for _, path in sorted(numbered.items()):
            yield from path.read_text(encoding="utf-8").split(_NOTE_END)[:-1]

    def write_tile(self, number: int, content: bytes) -> None:
        """Write a tile; once it is full its partial forerunners go."""
        path = self.folder / tile_path(number, width=len(content) // HASH_SIZE)
        if not (path.is_file() and path.read_bytes() == content):
            write_durably(path, content)
        if len(content) == FULL:
            self._drop_partials(number)

    def tile(self, number: int, *, width: int) -> bytes:
        """Read the first `width` hashes of a tile, from it or from any part of it that is long enough.

        Errors: TileMissing.
        """
        full = self.folder / tile_path(number)
        parts = [path for path in self._partials(number) if int(path.name) >= width]
        # the full one again: it may have taken the place of its parts while we looked
        for path in (full, *sorted(parts, key=lambda part: int(part.name)), full):
            if path.is_file():
                content = path.read_bytes()[: width * HASH_SIZE]
                if len(content) == width * HASH_SIZE:
                    return content
        raise TileMissing(number)

    def tiles(self, size: int) -> Iterator[bytes]:
        """Read the tiles of the tree as it was at this size.

        Errors: TileMissing.
        """
        for number in range(-(-size // WIDTH)):
            yield self.tile(number, width=min(WIDTH, size - number * WIDTH))

    def root(self, size: int) -> bytes:
        """Compute the root that the tiles add up to at this size.

        Errors: TileMissing.
        """
        full, rest = divmod(size, WIDTH)
        roots = [tile_root(self.tile(number, width=WIDTH)) for number in range(full)]
        return TiledTree(roots, {full: self.tile(full, width=rest)} if rest else {}).root(size)

    def _partials(self, number: int) -> list[Path]:
        folder = self.folder / f"{tile_path(number)}.p"
        return [path for path in folder.iterdir() if path.name.isdecimal()] if folder.is_dir() else []

    def _drop_partials(self, number: int) -> None:
        shutil.rmtree(self.folder / f"{tile_path(number)}.p", ignore_errors=True)


def _number_of(path: Path) -> int:
    return int("".join(path.parts).replace("x", ""))


def newest_generation(directory: Path) -> int:
    """Give the number of the newest generation that has a signed tree head; 0 where there is none."""
    generations = [
        int(path.parent.name) for path in directory.glob("*/checkpoint") if path.parent.name.isdecimal()
    ]
    return max(generations, default=0)


def first_index(directory: Path, generation: int) -> int:
    """Give the index that a generation begins at: after everything that was ever signed before it."""
    heads = (ExternalLog.of(directory, number).newest() for number in range(1, generation))
    return sum(head.size for head in heads if head)
