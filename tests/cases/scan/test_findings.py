import logging
import time
from itertools import pairwise

import pytest
from django.utils.translation import override

from cases.scan.findings import Finding, Kind, scan, warning


def found(text: str) -> list[tuple[str, str]]:
    return [(finding.kind.value, text[finding.start : finding.end]) for finding in scan(text)]


@pytest.mark.parametrize(
    "written",
    [
        "121212-1212",
        "20121212-1212",
        "201212121212",
        "1212121212",
        "121212+1212",
        "121212–1212",
        "20121212 1212",
        "2012-12-12-1212",
        "701063-2391",
        "197010632391",
    ],
)
def test_a_personnummer_is_found_however_it_is_written(written: str) -> None:
    assert found(f"Sonen ({written}) bor hos mamma.") == [("personnummer", written)]


@pytest.mark.parametrize(
    "text",
    [
        "121212-1213",  # wrong check digit
        "121312-1213",  # no such month
        "120230-1219",  # no such day
        "29121212-1212",  # no such century
        "21121212-1212",  # not born yet
        "556016-0680",  # an organisation
        "Mötet var 2012-12-12 1212 enligt loggen",  # a date and a time of day
        "konto 9121212-12123",
        "referens A-121212-1212",
    ],
)
def test_what_only_looks_like_a_personnummer_is_left_alone(text: str) -> None:
    assert "personnummer" not in dict(found(text))


@pytest.mark.parametrize(
    "written",
    [
        "070-174 06 05",
        "0701740605",
        "+46 70 174 06 05",
        "0046701740699",
        "08-465 004 12",
        "(031) 390 06 00",
        "040-628 04 99",
    ],
)
def test_a_phone_number_is_found_however_it_is_written(written: str) -> None:
    assert found(f"Nås på {written} efter fem.") == [("phone", written)]


@pytest.mark.parametrize(
    "text", ["Ring 112", "1177", "stödtelefonen 020-100 200", "+46 20 100 200", "020100200"]
)
def test_numbers_that_belong_to_nobody_are_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "written", ["namn.efternamn@example.se", "a+b@mail.example.com", "åsa@exempel.se", "x_1@example.co.uk"]
)
def test_an_e_mail_address_is_found(written: str) -> None:
    assert found(f"Skriv till {written}.") == [("email", written)]


@pytest.mark.parametrize(
    "written",
    [
        "Storgatan 12",
        "storgatan 12",
        "Ringvägen 3 B",
        "Ringvägen 3b",
        "Norra Ringvägen 112",
        "Drottning Kristinas väg 3",
        "drottning kristinas väg 3",
        "Sankt Eriks gränd 7",
        "Kyrkbacken 4",
        "Stora torget 1",
        "Mårtens plats 2 A",
        "114 55 Stockholm",
        "SE-114 55 STOCKHOLM",
        "41103 Göteborg",
    ],
)
def test_a_street_address_is_found(written: str) -> None:
    (finding,) = scan(f"De bor på {written}, tror hon.")
    assert finding.kind is Kind.ADDRESS
    assert written.endswith(f"De bor på {written}, tror hon."[finding.start : finding.end])


@pytest.mark.parametrize(
    "text",
    [
        "Samtalet var 2026-11-22 kl 14.30.",
        "den 22/11 2026, igen 22.11.2026",
        "Ärende A-7KQ2MX, kontakt K-4QXP9R, hänvisning H-2345GH",
        "dnr 2025/00123 och 08-2024 12345",
        "postnummer 114 55",
        "114 55 kronor, sedan 150 00 Kr",
        "omvägen 15 minuter",
        "på vägen 3 gånger",
        "Ringvägen är lång",
        "läsåret 2025-2026, 12-15 personer",
        "handlingsplan 2, bilaga 14",
        "pappas väg 3 dagar i veckan",
        "Han är 17 år och går i klass 9 B.",
        "@example och a@b",
        "ärendekod K7MW-4QXP-R",
        "",
    ],
)
def test_ordinary_words_dates_and_references_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_several_findings_come_in_the_texts_order_and_never_overlap() -> None:
    text = "Åke (121212-1212), 070-174 06 05, bor på Storgatan 12, 114 55 Stockholm, ake@example.se."
    assert [kind for kind, _text in found(text)] == ["personnummer", "phone", "address", "address", "email"]
    findings = scan(text)
    assert all(one.end <= two.start for one, two in pairwise(findings))


def test_the_warning_names_the_kinds_once_and_repeats_nothing() -> None:
    text = "070-174 06 05 eller 070-174 06 06, Storgatan 12"
    with override("en"):
        said = warning(scan(text))
    assert (
        said
        == "The text seems to contain: phone number, street address. Take out what does not have to be there."
    )
    assert warning([]) == ""


def test_a_finding_carries_no_text() -> None:
    assert repr(scan("Storgatan 12")[0]) == repr(Finding(Kind.ADDRESS, 0, 12))


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        scan("121212-1212 070-174 06 05 ake@example.se Storgatan 12")
    assert caplog.records == []


@pytest.mark.parametrize("unit", ["a", "1", "a.", "Ab ", "1-", " ", "as vä", "12 ", "a@b.", "Storgatan 1 "])
def test_a_long_text_made_to_be_slow_is_not(unit: str) -> None:
    begun = time.perf_counter()
    scan((unit * 20_000)[:20_000])
    assert time.perf_counter() - begun < 2
