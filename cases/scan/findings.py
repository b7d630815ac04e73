"""Find personal data in free text and name what was found; what it says is neither kept nor logged."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast

import phonenumbers
from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from personnummer.personnummer import Personnummer, PersonnummerException

from cases.scan import patterns

REGION = "SE"
NOBODYS_NUMBERS = (
    phonenumbers.PhoneNumberType.TOLL_FREE,
    phonenumbers.PhoneNumberType.SHARED_COST,
    phonenumbers.PhoneNumberType.PREMIUM_RATE,
)


class Kind(TextChoices):
    """What can point a person out."""

    PERSONNUMMER = "personnummer", _("personal identity number")
    PHONE = "phone", _("phone number")
    EMAIL = "email", _("e-mail address")
    ADDRESS = "address", _("street address")


@dataclass(frozen=True)
class Finding:
    """Where in the text something was found, as a half-open range; not what it says."""

    kind: Kind
    start: int
    end: int


def scan(text: str) -> list[Finding]:
    """List what was found, in the text's order; where two kinds overlap the surer one counts."""
    found = []
    covered = bytearray(len(text))
    for finding in _candidates(text):
        place = slice(finding.start, finding.end)
        if not any(covered[place]):
            covered[place] = b"\x01" * (finding.end - finding.start)
            found.append(finding)
    return sorted(found, key=lambda finding: finding.start)


def warning(findings: Iterable[Finding]) -> str:
    """Name the kinds that were found in a sentence; empty where there is nothing to warn of."""
    found = {finding.kind for finding in findings}
    if not found:
        return ""
    kinds = ", ".join(str(kind.label) for kind in Kind if kind in found)
    return gettext("The text seems to contain: %(kinds)s. Take out what does not have to be there.") % {
        "kinds": kinds
    }


def _candidates(text: str) -> Iterator[Finding]:
    """Give what each pattern finds, the surest first: check digits, then form."""
    for match in patterns.PERSONNUMMER.finditer(text):
        if _is_personnummer(match["date"], match["sign"], match["number"]):
            yield Finding(Kind.PERSONNUMMER, *match.span())
    for match in patterns.EMAIL.finditer(text):
        yield Finding(Kind.EMAIL, *match.span())
    for phone in phonenumbers.PhoneNumberMatcher(text, REGION):
        if phonenumbers.number_type(phone.number) not in NOBODYS_NUMBERS:
            yield Finding(Kind.PHONE, phone.start, phone.end)
    for pattern in (patterns.STREET, patterns.TOWN):
        for match in pattern.finditer(text):
            yield Finding(Kind.ADDRESS, *match.span())


def _is_personnummer(day: str, sign: str, number: str) -> bool:
    """Check date and check digit; coordination numbers, whose day is 60 higher, count too."""
    century_sign = "+" if sign == "+" else "-"
    try:
        born = _date_of_birth(f"{day.replace('-', '')}{century_sign}{number}")
    except PersonnummerException:
        return False
    return born <= datetime.now(tz=UTC).date()


def _date_of_birth(written: str) -> date:
    number: Any = Personnummer(written)  # type: ignore[no-untyped-call]  # the package has no types
    return cast("date", number.get_date())
