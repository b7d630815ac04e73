"""Keep the Swedish catalogues: `python -m hotline.messages compile|check|update` (Babel; no gettext tools needed).

Each room owns its catalogue, `<room>/locale/sv/LC_MESSAGES/django.po`, for its code and its templates; the door also
owns the templates that belong to no room. Messages are English in the code and complete in Swedish.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

BASE_DIR = Path(__file__).resolve().parent.parent
ROOMS = ("hotline", "referrals", "cases", "audit")
KEYWORDS = DEFAULT_KEYWORDS | {
    "_": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
Key = tuple[str | tuple[str, ...], str | None]


def catalogue_path(room: str) -> Path:
    """Give the file that holds a room's Swedish."""
    return BASE_DIR / room / "locale" / "sv" / "LC_MESSAGES" / "django.po"


def load(room: str) -> Catalog:
    """Read a room's catalogue."""
    with catalogue_path(room).open("rb") as file:
        return read_po(file, locale="sv", domain="django")


def compile_all() -> None:
    """Write the .mo file beside each catalogue."""
    for room in ROOMS:
        path = catalogue_path(room)
        if path.exists():
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, load(room))


def messages_of(room: str) -> dict[Key, list[str]]:
    """Find every message of a room's code and templates, with the places it stands in."""
    found: dict[Key, list[str]] = {}
    for path in _sources(room):
        for line, message, context in _extract(path):
            found.setdefault((message, context), []).append(f"{path.relative_to(BASE_DIR)}:{line}")
    return found


def problems() -> list[str]:
    """Name each message without Swedish, each that nobody uses, and each that two rooms translate differently."""
    found: list[str] = []
    said: dict[Key, tuple[str, object]] = {}
    for room in ROOMS:
        catalogue, used = load(room), messages_of(room)
        for key, places in used.items():
            message = catalogue.get(_first(key[0]), key[1])
            if message is None or message.fuzzy or not all(_strings(message)):
                found.append(f"{room}: no Swedish for {key[0]!r} ({places[0]})")
            elif key in said and said[key][1] != message.string:
                found.append(f"{room}: {key[0]!r} is translated differently in {said[key][0]}")
            else:
                said[key] = (room, message.string)
        known = {(message.id, message.context) for message in catalogue if message.id}
        found += [f"{room}: nobody says {key[0]!r}" for key in known - set(used)]
    return found


def update() -> None:
    """Add what is new to each catalogue, empty, and drop what nobody says any more."""
    for room in ROOMS:
        path = catalogue_path(room)
        old = load(room) if path.exists() else Catalog(locale="sv", domain="django")
        fresh = Catalog(locale="sv", domain="django", project="Stödtelefonen", fuzzy=False)
        for message, context in messages_of(room):
            known = old.get(_first(message), context)
            fresh.add(message, known.string if known else "", context=context)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, fresh, sort_output=True, omit_header=False, width=110)


def _sources(room: str) -> Iterator[Path]:
    yield from sorted(p for p in (BASE_DIR / room).rglob("*.py") if "migrations" not in p.parts)
    templates = BASE_DIR / "templates"
    rooms = [templates / room]
    if room == "hotline":
        rooms += [p for p in templates.iterdir() if p.is_dir() and p.name not in ROOMS]
        yield from sorted(p for p in templates.iterdir() if p.is_file())
    for folder in rooms:
        yield from sorted(p for p in folder.rglob("*") if p.suffix in {".html", ".txt"})


def _extract(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], str | None]]:
    from django.utils.translation.template import templatize  # noqa: PLC0415 - compiling needs no Django

    source = path.read_text(encoding="utf-8")
    code = source if path.suffix == ".py" else _outdented(templatize(source, origin=str(path)))
    for line, message, _comments, context in extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS):
        yield line, message, context


def _outdented(code: str) -> str:
    """Move a template's calls to the margin: its indentation means nothing to Python's tokenizer."""
    return "\n".join(line.lstrip() for line in code.split("\n"))


def _first(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def _strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def main(action: str) -> int:
    """Do one of compile, check, update; give the exit code."""
    if action == "check":
        found = problems()
        sys.stdout.write("".join(f"{line}\n" for line in found))
        return 1 if found else 0
    {"compile": compile_all, "update": update}[action]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
