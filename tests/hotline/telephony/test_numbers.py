import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.telephony.numbers import caller_number, e164, spoken


@pytest.mark.parametrize(
    "sent",
    [
        "anonymous",
        "Anonymous",
        "RESTRICTED",
        "unavailable",
        "blocked",
        "unknown",
        "+anonymous",
        "266696687",
        "+266696687",
        "7378742833",
        "+86282452253",
        "2562533",
        "+8656696",
        "",
        "  ",
        "+",
        "sip:someone@example.invalid",
        "client:alice",
        "0" * 80,
        "+46\x00701740605",
    ],
)
def test_a_withheld_number_is_no_number(sent: str) -> None:
    assert caller_number(sent) == ""


def test_the_sentinel_would_otherwise_be_a_swedish_landline() -> None:
    assert e164("266696687") != ""
    assert caller_number("266696687") == ""


@pytest.mark.parametrize("sent", ["+46701740605", "0701740605", "070-174 06 05", " +46 70 174 06 05 "])
def test_one_number_has_one_form(sent: str) -> None:
    assert caller_number(sent) == "+46701740605"


@pytest.mark.parametrize("keyed", ["12", "112", "1", "##", "07017406051234567"])
def test_what_cannot_be_rung_is_not_taken_as_a_number(keyed: str) -> None:
    assert e164(keyed) == ""


def test_a_number_is_read_back_digit_by_digit() -> None:
    assert spoken("+46701740605") == "0 7 0 1 7 4 0 6 0 5"
    assert spoken("+4790000000").startswith("+ 4 7 9")


@given(st.from_regex(r"\+46[1-9][0-9]{6,8}", fullmatch=True))
def test_the_short_way_for_swedish_numbers_leads_where_the_long_one_does(number: str) -> None:
    parsed = phonenumbers.parse(number, "SE")
    assert phonenumbers.is_possible_number(parsed)
    assert e164(number) == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
