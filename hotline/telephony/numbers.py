"""Telephone numbers as providers send them: a number in E.164, or a caller who withheld theirs."""

import re
from functools import lru_cache

import phonenumbers

WORDS = frozenset({"anonymous", "unknown", "restricted", "unavailable", "blocked", "private", "withheld"})
# The same words on a telephone's keys. 266696687 parses as a valid Swedish landline: match before parsing.
DIGITS = frozenset({"266696687", "7378742833", "86282452253", "2562533", "8656696"})
MAX_LENGTH = 64
SWEDEN = 46
_SWEDISH = re.compile(r"\+46[1-9][0-9]{6,8}")


def caller_number(text: str) -> str:
    """Give the caller's number in E.164, or an empty text where it was withheld or is not a number at all."""
    bare = text.strip().lower().removeprefix("+")
    if not bare or bare in WORDS or bare in DIGITS:
        return ""
    return e164(text)


def e164(text: str, *, region: str = "SE") -> str:
    """Bring what was sent or keyed in to E.164; an empty text where it cannot be a number."""
    bare = text.strip()
    if _SWEDISH.fullmatch(bare):  # nearly all: written as it is to be, and of a length that is possible
        return bare
    if len(bare) > MAX_LENGTH or not re.fullmatch(r"\+?[0-9 ()./-]+", bare):
        return ""
    try:
        parsed = phonenumbers.parse(bare, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


@lru_cache(maxsize=64)
def our_number(text: str) -> str:
    """Give a number of ours in E.164. Remembered, for it is asked with every delivery; a caller's never is."""
    return e164(text)


def national(number: str) -> str:
    """Write a number the way it is dialled from Sweden: a Swedish one without the country code."""
    parsed = phonenumbers.parse(number, None)
    swedish = parsed.country_code == SWEDEN
    form = phonenumbers.PhoneNumberFormat
    return str(phonenumbers.format_number(parsed, form.NATIONAL if swedish else form.INTERNATIONAL))


def spoken(number: str) -> str:
    """Write a Swedish number the way it is read back: national form, digit by digit."""
    parsed = phonenumbers.parse(number, None)
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    shown = written if parsed.country_code == SWEDEN else number
    return " ".join(sign for sign in shown if sign.isdigit() or sign == "+")
