"""Sweden: 21 counties, 290 municipalities, in the order of the Swedish alphabet."""

import csv
from pathlib import Path

import pytest

from cases.coded import models
from cases.coded.models import County, Municipality
from cases.coded.sorting import swedish_sort_key

pytestmark = pytest.mark.django_db
FILES = Path(models.__file__).parent / "data"


def test_there_are_290_municipalities_in_21_counties() -> None:
    assert County.objects.count() == 21
    assert Municipality.objects.count() == 290
    assert {place.code[:2] for place in Municipality.objects.all()} == {
        county.code for county in County.objects.all()
    }


def test_gotland_is_one_municipality_and_one_county() -> None:
    assert [place.name for place in County.objects.get(code="09").municipalities.all()] == ["Gotland"]


def test_names_come_in_the_order_of_the_swedish_alphabet() -> None:
    names = list(Municipality.objects.values_list("name", flat=True))
    assert names[0] == "Ale"
    last = [name for name in names if name[0] in "YÅÄÖ"]
    assert last == [
        "Ydre", "Ystad", "Åmål", "Ånge", "Åre", "Årjäng", "Åsele", "Åstorp", "Åtvidaberg", "Älmhult", "Älvdalen",
        "Älvkarleby", "Älvsbyn", "Ängelholm", "Öckerö", "Ödeshög", "Örebro", "Örkelljunga", "Örnsköldsvik",
        "Östersund", "Österåker", "Östhammar", "Östra Göinge", "Överkalix", "Övertorneå",
    ]  # fmt: skip


def test_a_space_and_a_hyphen_come_before_any_letter() -> None:
    names = ["Malmö", "Malung-Sälen", "Dals-Ed", "Dalsland", "Upplands Väsby", "Upplands-Bro", "Uppsala"]
    ordered = sorted(names, key=swedish_sort_key)
    assert ordered == [
        "Dals-Ed",
        "Dalsland",
        "Malmö",
        "Malung-Sälen",
        "Upplands-Bro",
        "Upplands Väsby",
        "Uppsala",
    ]


def test_foreign_letters_sort_as_their_base_letters() -> None:
    assert swedish_sort_key("Åmål") == "27132712"
    assert swedish_sort_key("Linné") == swedish_sort_key("linne")
    assert swedish_sort_key("Müller") == swedish_sort_key("Myller")


def test_stored_sort_keys_are_those_of_today() -> None:
    assert {place.sort_key == swedish_sort_key(place.name) for place in Municipality.objects.all()} == {True}


def test_every_municipality_has_an_outline_within_the_sheet() -> None:
    with (FILES / "outlines.csv").open(encoding="utf-8", newline="") as file:
        outlines = {row["code"]: row["path"] for row in csv.DictReader(file)}
    assert set(outlines) == {place.code for place in Municipality.objects.all()}
    assert all(path.startswith("M") and path.endswith("Z") for path in outlines.values())
