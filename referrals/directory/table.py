"""The directory as a table of text: what spreadsheets open without running anything, and what they give back.

Semicolons and a byte order mark, because that is how a Swedish spreadsheet reads and writes letters like å. A cell that
a spreadsheet would take for a formula gets an apostrophe in front, which is taken off when the table comes back.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

COLUMNS = (
    "reference",
    "kind",
    "function",
    "area",
    "district",
    "address",
    "phone",
    "hours",
    "languages",
    "remit",
    "deputy",
    "fallback",
    "closed_from",
    "closed_until",
)
"""What a table may say."""
TOLD = ("area_name", "standing", "last_verified")
"""What an exported table says besides; nobody is believed who brings it back."""
NEEDED = ("kind", "function", "area", "address")
MAX_CHARACTERS = 1_000_000
MAX_ROWS = 5_000
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Fault:
    """What is wrong on a line of the file, the header being line 1."""

    line: int
    sentence: str


@dataclass(frozen=True)
class Row:
    """One line of the table: its cells by column, without the columns that are only told."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


class TableUnreadable(ValueError):
    """The table has faults, each on a line; nothing of it is used."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(faults, key=lambda fault: fault.line)
        super().__init__()


def write_table(rows: Iterable[Mapping[str, str]]) -> str:
    """Write rows as a file that no spreadsheet runs anything of."""
    file = io.StringIO()
    file.write("\ufeff")
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    names = (*COLUMNS, *TOLD)
    writer.writerow(names)
    writer.writerows([_disarm(row.get(name, "")) for name in names] for row in rows)
    return file.getvalue()


def decode(content: bytes) -> str:
    """Read a file's letters. Errors: TableUnreadable."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content[: wrong.start].count(b"\n") + 1
        sentence = _("The letters cannot be read. Save the file as CSV UTF-8.")
        raise TableUnreadable([Fault(line, sentence)]) from wrong


class Reader(Protocol):
    """What the standard library's reader is, which cannot be named as a type."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


def read_table(text: str) -> list[Row]:
    """Read the rows that are not empty. Errors: TableUnreadable."""
    if len(text) > MAX_CHARACTERS:
        raise TableUnreadable([Fault(1, _("The file is too large. Bring it in parts."))])
    plain = text.removeprefix("\ufeff")
    if "\x00" in plain:
        raise TableUnreadable([Fault(1, _("This is not a text file. Save it as CSV UTF-8."))])
    reader = csv.reader(io.StringIO(plain, newline=""), delimiter=_delimiter(plain), strict=True)
    try:
        return _rows(reader)
    except csv.Error as wrong:
        sentence = _("The line cannot be read: a quotation mark is open or misplaced.")
        raise TableUnreadable([Fault(reader.line_num, sentence)]) from wrong


def _rows(reader: Reader) -> list[Row]:
    header = [name.strip().lower() for name in next(reader, [])]
    faults = _judge_header(header)
    rows: list[Row] = []
    for cells in reader if not faults else ():
        line = reader.line_num
        if len(cells) > len(header):
            faults.append(Fault(line, _("The line has more cells than the first line has names.")))
        elif any(cell.strip() for cell in cells):
            named = dict(zip(header, (_arm(cell.strip()) for cell in cells), strict=False))
            rows.append(Row(line, {name: cell for name, cell in named.items() if name in COLUMNS}))
        if len(rows) > MAX_ROWS:
            faults.append(Fault(line, _("The file has too many lines. Bring it in parts.")))
            break
    if faults:
        raise TableUnreadable(faults)
    return rows


def _judge_header(header: list[str]) -> list[Fault]:
    unknown = [name for name in header if name not in COLUMNS + TOLD]
    missing = [name for name in NEEDED if name not in header]
    if unknown or len(set(header)) < len(header):
        sentence = _("The first line may name only these columns, each once: %(names)s.")
        return [Fault(1, sentence % {"names": ", ".join(COLUMNS)})]
    if missing:
        return [Fault(1, _("The first line lacks these columns: %(names)s.") % {"names": ", ".join(missing)})]
    return []


def _delimiter(text: str) -> str:
    first = text.split("\n", maxsplit=1)[0]
    return max(";,\t", key=first.count)


def _disarm(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_DANGEROUS) or _is_disarmed(cell) else cell


def _arm(cell: str) -> str:
    return cell[1:] if _is_disarmed(cell) else cell


def _is_disarmed(cell: str) -> bool:
    return cell.startswith("'") and cell.lstrip("'").startswith(_DANGEROUS)
