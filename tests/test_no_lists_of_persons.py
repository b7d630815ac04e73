"""No list of persons by ideology, religion or health: no form searches, no query selects, no table shows by them.

Data protection law forbids such lists. What is noted of a person is entered in a contact and counted in protected
figures, and that is all; whoever adds a filter or a column meets this test first.
"""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms

from cases.coded.models import CodedValue, Kind
from cases.pages.contact_form import ContactForm
from cases.pages.search_forms import SearchForm
from tests.house import BASE_DIR, ROOMS, calls

SENSITIVE = re.compile(
    r"ideolog|religio|faith|belief|concern|health|illness|risk|danger|gender|wish_to_change|protective",
    re.IGNORECASE,
)
SENSITIVE_KINDS = (Kind.CONCERN, Kind.IDEOLOGY, Kind.IDEOLOGY_BASIS, Kind.RISK_LEVEL)
# One conversation is written down here; nothing is looked for.
ENTERING = {"ContactForm"}
SELECTING = {
    "filter",
    "exclude",
    "order_by",
    "values",
    "values_list",
    "annotate",
    "Q",
    "F",
    "OuterRef",
}
# The figures count, by fixed cubes and with suppression, the demo makes things up, and the tables guard what is stored:
# they list nobody.
LISTING_NOBODY = ("hotline/statistics/", "hotline/demo/", "cases/record/models/")
# A template's table that counts, or that lists the answers themselves rather than anybody who gave them.
TABLES_OF_NO_PERSONS = ("hotline/statistics/", "cases/values")
ASKED = re.compile(r"\.GET(?:\.get(?:list)?\(|\[)\s*[\"'](\w+)")
TABLE = re.compile(r"<table.*?</table>", re.DOTALL)
PRINTED = re.compile(r"{{\s*([^}|]+)|{%\s*(?:translate|firstof|blocktranslate)\s+([^%]+)%}")


def sources() -> Iterator[tuple[str, str]]:
    """Give every module of the house as its path and its text; most need no closer look."""
    for room in ROOMS:
        for path in sorted((BASE_DIR / room).rglob("*.py")):
            if not {"migrations", "management"} & set(path.parts):
                yield path.relative_to(BASE_DIR).as_posix(), path.read_text(encoding="utf-8")


def every_form() -> Iterator[type[forms.BaseForm]]:
    """Give every form of the house."""
    for path, text in sources():
        if "django import forms" in text or "django.forms" in text:
            importlib.import_module(path.removesuffix(".py").replace("/", "."))
    found = list(forms.BaseForm.__subclasses__())
    while found:
        form = found.pop()
        found += form.__subclasses__()
        if form.__module__.split(".")[0] in ROOMS:
            yield form


@pytest.mark.django_db
def test_no_form_but_the_one_that_writes_a_contact_asks_about_a_person() -> None:
    looked_at = set()
    lists = [
        set(CodedValue.objects.filter(kind=kind).values_list("code", flat=True)) for kind in SENSITIVE_KINDS
    ]
    assert all(lists)
    for form in every_form():
        looked_at.add(form.__name__)
        if issubclass(form, ContactForm):
            continue  # one conversation is written down here; nothing is looked for
        fields: dict[str, forms.Field] = getattr(form, "base_fields", {})
        for name, field in fields.items():
            assert not SENSITIVE.search(name), f"{form.__module__}.{form.__name__} asks for {name}"
            offered = flat(getattr(field, "choices", []) if isinstance(field, forms.ChoiceField) else [])
            # A word or two may stand in other lists as well; half of the answers are the list itself.
            assert all(2 * len(codes & offered) < len(codes) for codes in lists), f"{form} offers {name}"
    assert {"SearchForm", "GoForm", "ContactForm", "ShiftForm"} <= looked_at
    assert set(SearchForm.base_fields) == {"state", "owner", "municipality", "opened_from", "opened_until"}


def test_no_query_selects_or_sorts_by_what_is_noted_of_a_person_and_no_address_asks() -> None:
    faults, asked = [], set()
    for path, text in sources():
        asked |= set(ASKED.findall(text))
        for name, call in calls(ast.parse(text)) if SENSITIVE.search(text) else ():
            if name in SELECTING and SENSITIVE.search(names_in(call)):
                faults.append(f"{path}:{call.lineno} {ast.unparse(call)}")
    assert [fault for fault in faults if not fault.startswith(LISTING_NOBODY)] == []
    assert faults, "the scan finds what the figures count"
    assert "page" in asked
    assert [name for name in asked if SENSITIVE.search(name)] == []


def test_no_table_has_such_a_column() -> None:
    seen = 0
    folder = BASE_DIR / "templates"
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        if not name.startswith(TABLES_OF_NO_PERSONS):
            for table in TABLE.findall(Path(path).read_text(encoding="utf-8")):
                seen += 1
                shown = " ".join(part for found in PRINTED.findall(table) for part in found)
                assert not SENSITIVE.search(shown), f"{name} shows {SENSITIVE.search(shown)}"
    assert seen > 5


@pytest.mark.parametrize(
    "bad",
    [
        "Case.objects.filter(contacts__ideologies=x)",
        "Q(concerns__code='x')",
        "x.filter(**{'gender': y})",
        "x.order_by('-risk_level')",
    ],
)
def test_the_scan_bites(bad: str) -> None:
    (call,) = (call for name, call in calls(ast.parse(bad)) if name in SELECTING)
    assert SENSITIVE.search(names_in(call))


def names_in(call: ast.Call) -> str:
    """Give the fields that a call names, as keywords or as texts."""
    texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    return " ".join([*texts, *(keyword.arg or ast.unparse(keyword.value) for keyword in call.keywords)])


def flat(choices: object) -> set[str]:
    """Give the values of choices, groups opened."""
    found: set[str] = set()
    for value, label in choices if isinstance(choices, list | tuple) else list(choices):  # type: ignore[call-overload]
        found |= flat(label) if isinstance(label, list | tuple) else {str(value)}
    return found
