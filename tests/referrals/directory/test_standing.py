"""Whether a contact point can be relied on, said in Python and in SQL, day by day."""

from datetime import date, datetime, timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from cases.coded.models import Municipality
from referrals.clock.working_days import STOCKHOLM
from referrals.directory.hours import HoursUnreadable, hours_to_edit, is_attended, normalise_hours
from referrals.directory.models import ContactPoint, District
from referrals.directory.standing import (
    Doubt,
    Standing,
    Status,
    midnight,
    standing,
    standing_in_sql,
    status_of,
)
from tests.referrals.factories import make_point

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

TODAY = date(2026, 11, 23)
SECOND = timedelta(seconds=1)


def ago(days: int) -> datetime:
    return midnight(TODAY - timedelta(days=days))


def test_it_grows_stale_at_midnight_after_180_days_and_when_something_speaks_against_it() -> None:
    known: dict[str, Any] = {"last_verified_at": None, "asked_at": None, "doubted_at": None, "doubt": ""}
    for facts, expected in (
        ({}, Standing.NEVER),
        ({"last_verified_at": ago(180)}, Standing.VERIFIED),
        ({"last_verified_at": ago(180) - SECOND}, Standing.OLD),
        ({"last_verified_at": ago(20), "asked_at": ago(14)}, Standing.VERIFIED),
        ({"last_verified_at": ago(20), "asked_at": ago(14) - SECOND}, Standing.SILENT),
        ({"last_verified_at": ago(10), "asked_at": ago(20)}, Standing.VERIFIED),
        ({"last_verified_at": ago(9), "doubted_at": ago(8), "doubt": "bounced"}, Standing.BOUNCED),
        ({"last_verified_at": ago(9), "doubted_at": ago(8), "doubt": "silent"}, Standing.SILENT),
        ({"last_verified_at": ago(7), "doubted_at": ago(8), "doubt": "silent"}, Standing.VERIFIED),
        ({"doubted_at": ago(8), "doubt": "bounced"}, Standing.NEVER),
    ):
        assert standing(SimpleNamespace(**(known | facts)), on=TODAY) == expected, facts


def test_python_and_sql_agree_on_every_combination() -> None:
    """All that a standing rests on is combined with all; closed and retired ones come in turn among them."""
    moments = (None, ago(0), ago(13), ago(14) - SECOND, ago(179), ago(180), ago(180) - SECOND)
    tomorrow = TODAY + timedelta(days=1)
    closures = ((None, None), (None, TODAY), (None, tomorrow), (tomorrow, TODAY + timedelta(days=2)))
    rows = [
        ContactPoint(
            reference=f"P-{number}",
            kind="school",
            function=f"{number}",
            address="a@b.example",
            last_verified_at=verified,
            asked_at=asked,
            doubted_at=doubted,
            doubt=Doubt.BOUNCED if doubted else "",
            closed_from=closures[number % 4][0],
            closed_until=closures[number % 4][1],
            retired_at=ago(1) if number % 11 == 0 else None,
        )
        for number, (verified, asked, doubted) in enumerate(product(moments, moments, moments))
    ]
    ContactPoint.objects.bulk_create(rows)
    noon = datetime(2026, 11, 23, 12, tzinfo=STOCKHOLM)
    said = dict(ContactPoint.objects.values_list("pk", standing_in_sql(TODAY)))
    routable = set(ContactPoint.objects.routable(noon).values_list("pk", flat=True))
    assert {point.pk: standing(point, on=TODAY).value for point in rows} == said
    assert {point.pk for point in rows if point.is_routable(noon)} == routable
    assert set(said.values()) == {"verified", "never", "bounced", "silent", "old"}
    assert 0 < len(routable) < len(rows) / 2


def test_one_verified_contact_point_is_enough_for_an_area() -> None:
    assert status_of([]) == Status.MISSING
    assert status_of(["old", "never"]) == Status.STALE
    assert status_of(["old", "verified"]) == Status.VERIFIED


def test_hours_are_read_as_people_write_them_and_kept_in_one_spelling() -> None:
    for written, kept in (
        ("", ""),
        ("Mån–fre 08.00–16.30", "mon-fri 08:00-16:30"),
        ("mon - fri 8:00 - 16:30 ;  lör 10.00-12.00", "mon-fri 08:00-16:30; sat 10:00-12:00"),
        ("Dygnet runt", "always"),
    ):
        assert normalise_hours(written) == kept
        assert normalise_hours(kept) == kept
        for language in ("sv", "en"):
            with translation.override(language):
                assert normalise_hours(hours_to_edit(kept)) == kept
    for wrong in (
        "weekdays",
        "fri-mon 08:00-16:00",
        "mon 16:00-08:00",
        "mon 08:00-24:30",
        "mon 8-16",
        "xyz 08:00-09:00",
    ):
        with pytest.raises(HoursUnreadable):
            normalise_hours(wrong)


def test_hours_hold_in_stockholm_and_holidays_are_sundays() -> None:
    hours = "mon-fri 08:00-16:30; sat 16:30-24:00"
    for moment, expected in (
        ("2026-11-23T08:00+01:00", True),
        ("2026-11-23T06:59+00:00", False),
        ("2026-11-23T16:30+01:00", False),
        ("2026-11-28T23:59+01:00", True),
        ("2026-12-25T10:00+01:00", False),
        ("2026-12-25T18:00+01:00", False),
    ):
        assert is_attended(hours, datetime.fromisoformat(moment)) is expected
    assert is_attended("sun 10:00-12:00", datetime.fromisoformat("2026-12-25T10:00+01:00"))
    assert is_attended("always", datetime.fromisoformat("2026-12-25T03:00+01:00"))
    assert is_attended("", datetime.fromisoformat("2026-11-23T08:00+01:00")) is None


@transaction.atomic
def misplace(district: District) -> None:
    make_point(district=district)
    connection.check_constraints()


def test_the_database_keeps_a_district_in_its_municipality() -> None:
    other = Municipality.objects.get(pk="0180")
    district = District.objects.create(municipality=other, name="Norra", sort_key="1")
    make_point("0180", district=district)
    with pytest.raises(IntegrityError):
        misplace(district)
