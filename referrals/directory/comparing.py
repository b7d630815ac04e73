"""What a table would change in the directory, found without changing anything: a dry run.

A row with a reference means that contact point; a row without one means the contact point of that kind and function in
that area, where there is one, so that the same table brought in twice adds nothing twice. What a table does not mention
stays as it is: a table never takes anything out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, fields

from django.utils.translation import gettext as _

from cases.coded.models import CodedValue, County, Kind, Municipality
from referrals.directory.addresses import looks_personal
from referrals.directory.areas import NATIONAL, Area
from referrals.directory.cells import (
    CellWrong,
    address_cell,
    day_cell,
    hours_cell,
    kind_cell,
    needed_cell,
    read_cell,
    short_cell,
)
from referrals.directory.keeping import Details, differing
from referrals.directory.models import ContactPoint, District
from referrals.directory.table import Fault, Row, TableUnreadable, read_table
from referrals.directory.wording import PARTS, said

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Difference:
    """One part of a contact point, as it is and as it would be."""

    name: str
    old: str
    new: str

    @property
    def label(self) -> str:
        """What the part is called."""
        return str(PARTS[self.name])


@dataclass
class Change:
    """What one line would do: add a contact point, or change the parts in which it differs."""

    line: int
    point: ContactPoint
    details: Details
    is_new: bool
    differences: list[Difference] = field(default_factory=list)

    @property
    def area(self) -> Area:
        """Where it lies."""
        return _area_of(self.point)

    @property
    def looks_personal(self) -> bool:
        """Say whether the new address looks like a person's."""
        return any(each.name == "address" for each in self.differences) and looks_personal(
            self.details.address
        )


@dataclass(frozen=True)
class Plan:
    """Everything a table would do; `unchanged` is the number of lines that say what is known already."""

    changes: list[Change]
    unchanged: int

    @property
    def added(self) -> list[Change]:
        """The contact points that would be new."""
        return [change for change in self.changes if change.is_new]

    @property
    def changed(self) -> list[Change]:
        """The contact points that would change."""
        return [change for change in self.changes if not change.is_new]

    @property
    def digest(self) -> str:
        """Name what would be done, so that what is carried out is what was shown."""
        told = [
            (change.line, "" if change.is_new else change.point.reference, change.differences)
            for change in self.changes
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()


def plan_import(text: str) -> Plan:
    """Compare a table with the directory, in a constant number of queries. Errors: TableUnreadable."""
    rows = read_table(text)
    return _Comparison().plan(rows)


class _Comparison:
    """The directory as it is, by the names that a table uses."""

    def __init__(self) -> None:
        self.counties = {county.pk: county for county in County.objects.all()}
        self.municipalities = {place.pk: place for place in Municipality.objects.select_related("county")}
        self.districts = {(each.municipality_id, each.name): each for each in District.objects.all()}
        self.languages = set(CodedValue.objects.filter(kind=Kind.LANGUAGE).values_list("code", flat=True))
        related = ("municipality", "county", "district", "deputy", "fallback")
        self.by_reference: dict[str, ContactPoint] = {}
        self.by_key: dict[Key, ContactPoint] = {}
        self.by_name: dict[tuple[str, str], ContactPoint] = {}
        for point in ContactPoint.objects.live().select_related(*related):
            self.by_reference[point.reference] = point
            self.remember(point, _area_of(point).code, point.kind, point.function)

    def remember(self, point: ContactPoint, area: str, kind: str, function: str) -> None:
        """Let rows without a reference, and deputies, find the contact point by its function's name."""
        self.by_key.setdefault((area, kind, function.casefold()), point)
        self.by_name.setdefault((area, function.casefold()), point)

    def plan(self, rows: list[Row]) -> Plan:
        """Find what every row means, then what it would change. Errors: TableUnreadable."""
        faults: list[Fault] = []
        found: list[tuple[Row, ContactPoint]] = []
        lines: dict[object, int] = {}
        for row in rows:
            try:
                point = self.target(row)
            except CellWrong as wrong:
                faults.append(Fault(row.line, str(wrong)))
                continue
            if lines.setdefault(point.pk, row.line) != row.line:
                twin = _("Line %(line)d is already about this contact point.") % {"line": lines[point.pk]}
                faults.append(Fault(row.line, twin))
            found.append((row, point))
        changes = [change for row, point in found if (change := self._compare(row, point, faults))]
        if faults:
            raise TableUnreadable(faults)
        return Plan(changes, unchanged=len(rows) - len(changes))

    def target(self, row: Row) -> ContactPoint:
        """Give the contact point a row is about, which may be a new one. Errors: CellWrong."""
        area = self._area(row["area"])
        if reference := row["reference"].upper():
            point = self.by_reference.get(reference)
            if point is None:
                raise CellWrong(_("There is no contact point %(name)s.") % {"name": reference})
            if _area_of(point).code != area.code:
                raise CellWrong(
                    _("%(name)s lies in another area. Leave the area as it is.") % {"name": reference}
                )
            return point
        kind, function = row["kind"].lower(), row["function"]
        known = self.by_key.get((area.code, kind, function.casefold()))
        if known is None:
            known = ContactPoint(municipality=area.municipality, county=area.county)
            self.remember(known, area.code, kind, function)
        return known

    def _compare(self, row: Row, point: ContactPoint, faults: list[Fault]) -> Change | None:
        try:
            details = self._details(row, point)
        except CellWrong as wrong:
            faults.append(Fault(row.line, str(wrong)))
            return None
        is_new = point._state.adding  # noqa: SLF001 - Django's own mark of a row that is not saved
        changed = sorted(differing(point, details), key=_ORDER.index)
        differences = [
            Difference(name, said(getattr(point, name)), said(getattr(details, name))) for name in changed
        ]
        return Change(row.line, point, details, is_new, differences) if changed else None

    def _details(self, row: Row, point: ContactPoint) -> Details:
        """Read a row's cells; a column that the table lacks leaves its part as it is. Errors: CellWrong."""
        values = {name: getattr(point, name) for name in _ORDER} | {"languages": tuple(point.languages)}
        readers: dict[str, Callable[[str], object]] = {
            "kind": kind_cell,
            "function": needed_cell("function"),
            "address": address_cell,
            "phone": short_cell("phone"),
            "hours": hours_cell,
            "languages": self._languages,
            "remit": short_cell("remit"),
            "district": lambda cell: self._district(cell, point),
            "deputy": lambda cell: self._other(cell, point),
            "fallback": lambda cell: self._other(cell, point),
            "closed_from": day_cell,
            "closed_until": day_cell,
        }
        for name, read in readers.items():
            if name in row.cells:
                values[name] = read_cell(name, row[name], read)
        first, last = values["closed_from"], values["closed_until"]
        if first is not None and (last is None or last <= first):
            raise CellWrong(_("closed_until must be later than closed_from."))
        return Details(**values)

    def _area(self, cell: str) -> Area:
        code = cell.strip().lower()
        if code == NATIONAL:
            return Area()
        code = code.zfill(2 if len(code) < 3 else 4)  # noqa: PLR2004 - spreadsheets drop leading zeros
        if code in self.counties:
            return Area(county=self.counties[code])
        if code in self.municipalities:
            return Area(municipality=self.municipalities[code])
        sentence = _(
            "area must be a municipality's four digits, a county's two, or “national”: %(name)s is none."
        )
        raise CellWrong(sentence % {"name": cell or "–"})

    def _district(self, cell: str, point: ContactPoint) -> District | None:
        if not cell:
            return None
        district = self.districts.get((point.municipality_id or "", cell))
        if district is None:
            raise CellWrong(_("there is no city district with this name; add it on the municipality's page"))
        return district

    def _languages(self, cell: str) -> tuple[str, ...]:
        codes = tuple(dict.fromkeys(cell.lower().replace(",", " ").split()))
        if unknown := [code for code in codes if code not in self.languages]:
            known = ", ".join(sorted(self.languages))
            raise CellWrong(_("%(name)s is none of these: %(known)s") % {"name": unknown[0], "known": known})
        return codes

    def _other(self, cell: str, point: ContactPoint) -> ContactPoint | None:
        """Find a deputy or fallback by reference, or by its function's name in the same area."""
        if not cell:
            return None
        named = (_area_of(point).code, cell.casefold())
        other = self.by_reference.get(cell.upper()) or self.by_name.get(named)
        if other is None:
            raise CellWrong(_("there is no contact point %(name)s in this area") % {"name": cell})
        if other.pk == point.pk:
            raise CellWrong(_("nobody stands in for themselves"))
        return other


_ORDER = [part.name for part in fields(Details)]


def _area_of(point: ContactPoint) -> Area:
    return Area(point.municipality, point.county)
