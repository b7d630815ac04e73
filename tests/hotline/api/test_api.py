"""The programs' addresses: the same figures, the same gate, the same trace."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Entry
from hotline.people.roles import ROLES
from tests.hotline.statistics.factories import make_call, make_member, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
ADDRESSES = ("/api/v1/figures/", "/api/v1/municipalities/")
MAY = {"counsellor", "supervisor"}


@pytest.mark.parametrize("address", [*ADDRESSES, "/api/v1/schema/"])
def test_a_stranger_is_told_nothing(address: str) -> None:
    response = Client().get(address)
    assert response.status_code == 403
    assert set(response.json()) == {"detail"}


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_ask_what_it_may_see(address: str, role: str) -> None:
    response = signed_in(make_member(role)).get(address)
    refused = Entry.objects.filter(action="access:page:refused", actor_label="alice").count()
    assert (response.status_code, refused) == ((200, 0) if role in MAY else (403, 1))


def test_the_figures_are_those_of_the_page_and_the_look_is_recorded() -> None:
    earlier = timezone.now() - timedelta(minutes=30)
    make_call(earlier, accepted_after=10, ended_after=60)
    make_call(earlier, ended_after=90)
    make_call(earlier)
    found = signed_in(make_member("counsellor")).get("/api/v1/figures/", {"period": "7-days"}).json()
    assert found["offered"] == 3 == sum(found["outcomes"].values()) + found["under_way"]
    figures = {figure["key"]: figure for figure in found["figures"]}
    assert (figures["answered"]["count"], figures["answered"]["base"]) == (1, 2)
    assert figures["answered"]["low"] == pytest.approx(0.0945, abs=0.0001)
    assert figures["speed_of_answer"] == {
        "key": "speed_of_answer",
        "unit": "seconds",
        "observed": 1,
        "median": 10.0,
        "p90": 10.0,
    }
    assert figures["cases_opened"] == {"key": "cases_opened", "unit": "count", "count": 0}
    assert list(Entry.objects.filter(action="figures:operational:seen").values_list("facts")) == [
        ({"period": "7-days"},)
    ]


def test_a_period_that_cannot_be_chosen_is_not_found() -> None:
    assert signed_in(make_member("counsellor")).get("/api/v1/figures/", {"period": "1"}).status_code == 404


def test_all_municipalities_come_in_swedish_order_with_their_counties() -> None:
    found = signed_in(make_member("counsellor")).get("/api/v1/municipalities/").json()
    assert len(found) == 290
    assert found[0]["name"] == "Ale"
    assert found[-1]["name"] == "Övertorneå"
    assert {"code": "0980", "name": "Gotland", "county_code": "09", "county": "Gotlands län"} in found


def test_the_schema_names_every_address_and_only_questions() -> None:
    schema = signed_in(make_member("auditor")).get("/api/v1/schema/").json()
    assert set(schema["paths"]) == set(ADDRESSES)
    assert {method for path in schema["paths"].values() for method in path} == {"get"}
    fields = schema["components"]["schemas"]["Operational"]["properties"]
    assert fields["figures"]["items"] == {"$ref": "#/components/schemas/Figure"}


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_can_be_written(address: str) -> None:
    assert (
        signed_in(make_member("supervisor")).post(address, {}, content_type="application/json").status_code
        == 405
    )
