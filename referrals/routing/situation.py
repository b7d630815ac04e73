"""What a route is asked for, and the rules that it is held against: pure, without a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from referrals.clock.working_days import STOCKHOLM, is_working_day
from referrals.directory.models import ContactKind

OFFICE_OPENS, OFFICE_CLOSES = time(8), time(17)


class Need(TextChoices):
    """What kind of help is needed."""

    FAMILY = "family", _("Support for the family")
    LEAVING = "leaving", _("Leaving a milieu")
    SCHOOL = "school", pgettext_lazy("need", "School")
    HEALTH = "health", pgettext_lazy("need", "Health care")
    ADVICE = "advice", _("Advice to a profession or an association")
    CRIME = "crime", _("Crime or threat")


class Hours(TextChoices):
    """When it is."""

    OFFICE = "office", _("in office hours")
    OUTSIDE = "outside", _("outside office hours")


@dataclass(frozen=True)
class Asked:
    """What is known of the situation; what is empty is not known, and no rule about it holds."""

    need: str = ""
    age_band: str = ""
    acute: bool = False
    language: str = ""
    hours: Hours = Hours.OFFICE


@dataclass(frozen=True)
class Rule:
    """One rule: every condition that is not empty must hold; it leads to a kind of function or to one function."""

    municipality: str | None = None
    county: str | None = None
    need: str = ""
    age_bands: frozenset[str] = field(default_factory=frozenset)
    acute: bool | None = None
    language: str = ""
    hours: str = ""
    kind: ContactKind | None = None
    contact_point: UUID | None = None

    def holds(self, asked: Asked, *, municipality: str, county: str) -> bool:
        """Say whether every condition is met."""
        return (
            self.municipality in {None, municipality}
            and self.county in {None, county}
            and self.need in {"", asked.need}
            and (not self.age_bands or asked.age_band in self.age_bands)
            and self.acute in {None, asked.acute}
            and self.language in {"", asked.language}
            and self.hours in {"", asked.hours}
        )


BUILT_IN = (
    Rule(acute=True, hours=Hours.OUTSIDE, kind=ContactKind.SOCIAL_EMERGENCY),
    Rule(need=Need.LEAVING, kind=ContactKind.EXIT_PROGRAMME),
    Rule(need=Need.SCHOOL, kind=ContactKind.SCHOOL),
    Rule(need=Need.HEALTH, kind=ContactKind.HEALTH_CARE),
    Rule(need=Need.ADVICE, kind=ContactKind.CRIME_PREVENTION),
    Rule(need=Need.CRIME, kind=ContactKind.POLICE),
    Rule(kind=ContactKind.SOCIAL_SERVICES),
)
"""What holds after the desk's own rules; the last one holds always."""


def hours_at(moment: datetime) -> Hours:
    """Say whether offices are at work at that moment."""
    local = moment.astimezone(STOCKHOLM)
    works = is_working_day(local.date()) and OFFICE_OPENS <= local.time() < OFFICE_CLOSES
    return Hours.OFFICE if works else Hours.OUTSIDE
