"""What a contact point covers: a municipality, a county or the country, each with a code for addresses and tables."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.coded.models import County, Municipality

NATIONAL = "national"
COUNTY_DIGITS = 2


class AreaUnknown(LookupError):
    """There is no municipality or county with this code."""


@dataclass(frozen=True)
class Area:
    """One municipality, or one county, or neither: the whole country."""

    municipality: Municipality | None = None
    county: County | None = None

    @property
    def code(self) -> str:
        """The municipality's four digits, the county's two, or a word for the country."""
        place = self.municipality or self.county
        return place.code if place else NATIONAL

    @property
    def name(self) -> str:
        """What the area is called."""
        place = self.municipality or self.county
        return place.name if place else _("The whole country")

    @property
    def own(self) -> Q:
        """Narrow contact points to this area's own."""
        return Q(municipality=self.municipality, county=self.county)

    @property
    def reach(self) -> Q:
        """Narrow contact points to those that can stand in here: this area's, its county's and the country's."""
        county = self.municipality.county_id if self.municipality else self.county and self.county.pk
        own = Q(municipality=self.municipality) if self.municipality else Q(municipality=None)
        return (
            (own & Q(county=None)) | Q(municipality=None, county=county) | Q(municipality=None, county=None)
        )


def area_of(code: str) -> Area:
    """Find an area by its code. Errors: AreaUnknown."""
    if code == NATIONAL:
        return Area()
    try:
        if len(code) == COUNTY_DIGITS:
            return Area(county=County.objects.get(pk=code))
        return Area(municipality=Municipality.objects.select_related("county").get(pk=code))
    except (County.DoesNotExist, Municipality.DoesNotExist) as unknown:
        raise AreaUnknown from unknown
