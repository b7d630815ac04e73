"""The whole country on a made-up directory: no municipality is a dead end."""

import pytest

from cases.coded.models import Municipality
from referrals.clock.working_days import local_day
from referrals.directory import synthetic
from referrals.directory.models import ContactPoint
from referrals.routing.explain import because
from referrals.routing.rules import Place, route
from tests.worlds import World

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(scope="module")
def made(world: World) -> int:
    return world.make(lambda: synthetic.load(seed=7))


def test_no_municipality_of_the_290_is_a_dead_end(made: int) -> None:
    assert made == ContactPoint.objects.count()
    routes = [route(municipality=each, on=local_day()) for each in Municipality.objects.all()]
    assert len(routes) == 290
    places = {way.steps[-1].place for way in routes}
    assert places >= {Place.FUNCTION, Place.DEPUTY, Place.COORDINATION, Place.COUNTY, Place.NATIONAL}
    for way in routes:
        point = way.contact_point
        assert point.is_open(local_day())
        assert point.is_fresh(local_day())
        assert because(way)[-1].startswith(point.function)


def test_the_synthetic_directory_is_marked_and_made_only_once(made: int) -> None:
    assert synthetic.load(seed=2) == made
    assert not ContactPoint.objects.filter(synthetic=False).exists()
    hosts = {address.rpartition(".")[2] for address in ContactPoint.objects.values_list("address", flat=True)}
    assert hosts == {"example"}
