"""A made-up directory for demonstrations and tests: every row says that it is synthetic.

The gaps are made on purpose and by the seed: some municipalities have nobody, some have only somebody who was
verified long ago, some are closed for a while, so that routing has to climb to the county and to the country.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from cases.coded.models import County, Municipality
from cases.coded.sorting import swedish_sort_key
from cases.record.references import ALPHABET, LENGTH
from referrals.directory.hours import ALWAYS
from referrals.directory.models import ContactKind, ContactPoint, District

WITH_NOBODY = 0.06
WITH_DEPUTY = 0.5
WITH_COORDINATION = 0.6
WITH_COUNTY = 0.7
NEGLECTED = 0.1
"""How many municipalities nobody has asked for long: all of their contact points are stale."""
STALE = 0.12
CLOSED = 0.04
NUMBERS = (("08-465 004 ", 0, 99), ("031-390 06 ", 0, 99), ("040-628 04 ", 0, 99))
"""Ranges of telephone numbers that the authority sets aside for fiction."""

FUNCTIONS = {
    ContactKind.SOCIAL_SERVICES: ("Socialtjänstens mottagning", "mottagning"),
    ContactKind.COORDINATION: ("Samordningsfunktionen mot våldsbejakande extremism", "samordning"),
    ContactKind.CRIME_PREVENTION: ("Brottsförebyggande rådet", "bra"),
    ContactKind.SCHOOL: ("Elevhälsan", "elevhalsan"),
    ContactKind.SOCIAL_EMERGENCY: ("Socialjouren", "socialjour"),
}
OFFICE_HOURS = "mon-fri 08:00-16:30"
EVENINGS = "mon-fri 00:00-08:00; mon-fri 16:30-24:00; sat-sun 00:00-24:00"
NATIONAL = (
    (ContactKind.COORDINATION, "Nationella samordningen", "samordning", OFFICE_HOURS),
    (ContactKind.EXIT_PROGRAMME, "Nationella avhopparstödet", "avhopparstod", OFFICE_HOURS),
    (ContactKind.POLICE, "Polisens kontaktcenter", "polisen", ALWAYS),
    (ContactKind.SECURITY_SERVICE, "Säkerhetspolisens tipsmottagning", "sakerhetspolisen", ALWAYS),
    (ContactKind.HEALTH_CARE, "Sjukvårdsrådgivningen", "vard", ALWAYS),
    (ContactKind.PREVENTION_AGENCY, "Den förebyggande myndighetens stöd", "forebyggande", OFFICE_HOURS),
    (ContactKind.SCHOOLS_AUTHORITY, "Skolmyndighetens upplysning", "skolmyndighet", OFFICE_HOURS),
)
"""The bodies are real, their addresses, numbers and hours here are not."""
REMITS = {
    ContactKind.SOCIAL_SERVICES: "Barn, unga och familjer i kommunen. Inte akuta ärenden: de går till jouren.",
    ContactKind.COORDINATION: "Tar emot när ingen annan funktion passar, och för vidare.",
    ContactKind.SOCIAL_EMERGENCY: "Akut stöd när socialtjänsten har stängt.",
    ContactKind.SCHOOL: "Elever i kommunens skolor, och deras föräldrar.",
}
DISTRICTS = {"0180": ("Norra", "Södra", "Västra"), "1480": ("Centrum", "Nordost"), "1280": ("Norr", "Söder")}
"""Made-up city districts of the three largest municipalities, each with social services of its own."""
SOMETIMES = {ContactKind.CRIME_PREVENTION: 0.4, ContactKind.SCHOOL: 0.3, ContactKind.SOCIAL_EMERGENCY: 0.35}


@transaction.atomic
def load(*, seed: int) -> int:
    """Make the directory once and give the number of its contact points; a second call leaves it as it is."""
    if not ContactPoint.objects.filter(synthetic=True).exists():
        random = Random(seed)  # noqa: S311 - a repeatable demonstration, not a secret
        points = [*_national(random), *_counties(random), *_municipalities(random)]
        ContactPoint.objects.bulk_create(points)
        ContactPoint.objects.bulk_create(list(_districts(random)))
    return ContactPoint.objects.filter(synthetic=True).count()


def _national(random: Random) -> Iterator[ContactPoint]:
    for kind, function, name, hours in NATIONAL:
        point = _point(random, kind, function, f"{name}@nationell.example")
        point.last_verified_at, point.closed_until, point.hours = timezone.now(), None, hours
        yield point


def _counties(random: Random) -> Iterator[ContactPoint]:
    for county in County.objects.order_by("code"):
        if random.random() < WITH_COUNTY:
            address = f"samordning@{_host(county.name)}.example"
            yield _point(
                random, ContactKind.COORDINATION, "Länsstyrelsens samordning", address, county=county
            )


def _municipalities(random: Random) -> Iterator[ContactPoint]:
    for municipality in Municipality.objects.order_by("code"):
        if random.random() < WITH_NOBODY:
            continue
        is_neglected = random.random() < NEGLECTED
        for point in _of_a_municipality(random, municipality):
            if is_neglected:
                point.last_verified_at = timezone.now() - timedelta(days=random.randint(190, 600))
            yield point


def _of_a_municipality(random: Random, municipality: Municipality) -> Iterator[ContactPoint]:
    """Give the deputy before whom it stands in for, as the foreign key needs it."""
    own = _own(random, municipality, ContactKind.SOCIAL_SERVICES)
    if random.random() < WITH_DEPUTY:
        own.deputy = _own(random, municipality, ContactKind.SOCIAL_SERVICES, " (ersättare)")
        own.deputy.kind = ContactKind.CRIME_PREVENTION
        yield own.deputy
    yield own
    yield from (_own(random, municipality, kind) for kind in _others(random))


def _districts(random: Random) -> Iterator[ContactPoint]:
    for municipality in Municipality.objects.filter(pk__in=DISTRICTS):
        for name in DISTRICTS[municipality.pk]:
            district = District(municipality=municipality, name=name, sort_key=swedish_sort_key(name))
            district.save(force_insert=True)
            point = _own(random, municipality, ContactKind.SOCIAL_SERVICES)
            host = _host(municipality.name)
            point.district, point.function = district, f"{point.function} {name}"
            point.address = f"mottagning.{_host(name)}@{host}.example"
            yield point


def _others(random: Random) -> Iterable[ContactKind]:
    chances = {ContactKind.COORDINATION: WITH_COORDINATION, **SOMETIMES}
    return [kind for kind, chance in chances.items() if random.random() < chance]


def _own(random: Random, municipality: Municipality, kind: ContactKind, role: str = "") -> ContactPoint:
    function, name = FUNCTIONS[kind]
    address = f"{name}{'.ersattare' if role else ''}@{_host(municipality.name)}.example"
    return _point(random, kind, function + role, address, municipality=municipality)


def _point(
    random: Random,
    kind: ContactKind,
    function: str,
    address: str,
    *,
    municipality: Municipality | None = None,
    county: County | None = None,
) -> ContactPoint:
    prefix, low, high = random.choice(NUMBERS)
    return ContactPoint(
        reference="P-" + "".join(random.choices(ALPHABET, k=LENGTH)),
        kind=kind,
        function=function,
        municipality=municipality,
        county=county,
        address=address,
        phone=f"{prefix}{random.randint(low, high):02d}",
        hours=EVENINGS if kind is ContactKind.SOCIAL_EMERGENCY else OFFICE_HOURS,
        languages=["sv", "en"],
        remit=REMITS.get(kind, ""),
        last_verified_at=_verified_at(random),
        closed_until=timezone.localdate() + timedelta(days=14) if random.random() < CLOSED else None,
        synthetic=True,
    )


def _verified_at(random: Random) -> datetime:
    days = random.randint(190, 600) if random.random() < STALE else random.randint(1, 120)
    return timezone.now() - timedelta(days=days)


def _host(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", "-")
