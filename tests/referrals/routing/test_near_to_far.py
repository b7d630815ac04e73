"""From near to far: which contact point is chosen, which are passed over, and how that is said."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.coded.models import Municipality
from referrals.clock.working_days import local_day
from referrals.directory.models import ContactKind
from referrals.routing.explain import because
from referrals.routing.rules import NoContactPointLeft, Place, Route, Verdict, route
from tests.referrals.factories import ALE, make_national, make_point

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

LONG_AGO = timedelta(days=181)


def route_from_ale() -> Route:
    return route(municipality=Municipality.objects.get(pk=ALE), on=local_day())


def stale() -> dict[str, Any]:
    return {"last_verified_at": timezone.now() - LONG_AGO}


def test_the_municipalitys_own_function_comes_first_and_says_why() -> None:
    own = make_point()
    make_national()
    way = route_from_ale()
    assert way.contact_point == own
    assert len(because(way)) == 1


def test_a_stale_contact_point_is_passed_over_aloud_for_its_deputy() -> None:
    deputy = make_point(kind=ContactKind.CRIME_PREVENTION, function="Deputy")
    make_point(function="Own", deputy=deputy, **stale())
    way = route_from_ale()
    assert [(step.place, step.verdict) for step in way.steps] == [
        (Place.FUNCTION, Verdict.STALE),
        (Place.DEPUTY, Verdict.CHOSEN),
    ]
    assert "Own" in because(way)[0]
    assert "Deputy" in because(way)[1]


def test_a_closed_contact_point_is_passed_over_until_the_day_it_opens() -> None:
    own = make_point(closed_until=local_day() + timedelta(days=1))
    coordination = make_point(kind=ContactKind.COORDINATION)
    assert route_from_ale().contact_point == coordination
    later = route(municipality=Municipality.objects.get(pk=ALE), on=local_day() + timedelta(days=1))
    assert later.contact_point == own


def test_an_empty_municipality_goes_to_its_county_and_then_to_the_country() -> None:
    national = make_national()
    make_point("", ContactKind.COORDINATION, county_id="01")
    assert route_from_ale().contact_point == national
    county = make_point("", ContactKind.COORDINATION, county_id="14")
    assert route_from_ale().contact_point == county


def test_where_nothing_is_fresh_the_last_national_one_is_named_with_a_warning() -> None:
    make_point(**stale())
    national = make_national(**stale())
    way = route_from_ale()
    assert way.contact_point == national
    assert way.steps[-1].verdict is Verdict.LAST_RESORT


def test_a_directory_without_a_national_contact_point_says_so() -> None:
    make_point(**stale())
    with pytest.raises(NoContactPointLeft):
        route_from_ale()


def test_a_route_asks_once_for_the_rules_and_once_for_the_directory() -> None:
    deputy = make_point(kind=ContactKind.CRIME_PREVENTION)
    make_point(deputy=deputy)
    make_national()
    municipality = Municipality.objects.get(pk=ALE)
    with CaptureQueriesContext(connection) as queries:
        because(route(municipality=municipality, on=local_day()))
    assert len(queries) == 2
