"""The ordered rules: what is needed, by whom, where and when leads to which function, and is said."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from audit.models import Entry
from cases.coded.models import Municipality
from referrals.clock.working_days import STOCKHOLM, local_day
from referrals.directory.models import ContactKind, ContactPoint
from referrals.directory.standing import Doubt
from referrals.directory.verify import doubt_contact_point
from referrals.referral.models import Referral
from referrals.referral.states import Mode
from referrals.routing.explain import because
from referrals.routing.keeping import Conditions, RulesMoved, add_rule, raise_rule, retire_rule
from referrals.routing.models import RoutingRule
from referrals.routing.rules import Place, Route, route
from referrals.routing.situation import BUILT_IN, Asked, Hours, Need, Rule, hours_at
from tests.referrals.factories import (
    ALE,
    CLOCK,
    MESSAGE,
    make_case,
    make_national,
    make_point,
    make_user,
)

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
IN_ALE = {"municipality": ALE, "county": "14"}


def asked_from_ale(**asked: Any) -> Route:
    return route(municipality=Municipality.objects.get(pk=ALE), on=local_day(), asked=Asked(**asked))


def test_a_rule_holds_only_where_every_one_of_its_conditions_does() -> None:
    everything = Asked(need=Need.SCHOOL, age_band="12_14", acute=True, language="ar", hours=Hours.OUTSIDE)
    rule = Rule(
        municipality=ALE,
        county="14",
        need=Need.SCHOOL,
        age_bands=frozenset({"12_14", "15_17"}),
        acute=True,
        language="ar",
        hours=Hours.OUTSIDE,
        kind=ContactKind.SCHOOL,
    )
    assert rule.holds(everything, **IN_ALE)
    for other in (
        {"need": Need.HEALTH},
        {"age_band": "18_20"},
        {"age_band": ""},
        {"acute": False},
        {"language": ""},
        {"hours": Hours.OFFICE},
    ):
        assert not rule.holds(replace(everything, **other), **IN_ALE)
    assert not rule.holds(everything, municipality="0180", county="14")
    assert not rule.holds(everything, municipality=ALE, county="01")
    assert Rule(kind=ContactKind.SCHOOL).holds(Asked(), **IN_ALE)
    assert BUILT_IN[-1].holds(Asked(), **IN_ALE)


def test_office_hours_are_those_of_a_working_day_in_stockholm() -> None:
    monday = datetime(2026, 11, 23, 8, tzinfo=STOCKHOLM)
    assert hours_at(monday) == Hours.OFFICE
    for outside in (monday - timedelta(minutes=1), monday + timedelta(hours=9), monday - timedelta(days=1)):
        assert hours_at(outside) == Hours.OUTSIDE
    assert hours_at(datetime(2026, 12, 24, 10, tzinfo=STOCKHOLM)) == Hours.OUTSIDE


def test_what_is_needed_leads_to_whom_it_is_for_and_else_up_the_ladder() -> None:
    own = make_point(function="Own")
    national = make_national()
    leaving = make_point("", ContactKind.EXIT_PROGRAMME, function="Exit")
    emergency = make_point(kind=ContactKind.SOCIAL_EMERGENCY, function="Emergency")
    assert asked_from_ale(need=Need.LEAVING).contact_point == leaving
    assert asked_from_ale(acute=True, hours=Hours.OUTSIDE).contact_point == emergency
    assert asked_from_ale(acute=True).contact_point == own
    assert asked_from_ale(need=Need.SCHOOL).contact_point == own
    doubt_contact_point(actor=CLOCK, contact_point=own, doubt=Doubt.BOUNCED)
    with translation.override("en"):
        way = asked_from_ale(need=Need.SCHOOL)
        assert way.contact_point == national
        assert because(way)[:2] == [
            "Ale has no contact point of the kind “School”.",
            "Own is passed over and not relied on: Mail came back.",
        ]
        assert because(asked_from_ale(need=Need.LEAVING))[-1] == (
            "Exit is chosen because the need is “Leaving a milieu”, and it covers the whole country, and nothing "
            "nearer can take it."
        )


def test_our_own_rules_come_first_in_their_order_and_can_be_raised_and_retired() -> None:
    make_point()
    county = make_point("", ContactKind.COORDINATION, function="County", county_id="14")
    school = make_point(kind=ContactKind.SCHOOL, function="School")
    young = add_rule(actor=CLOCK, conditions=Conditions(age_bands=("12_14",), kind=ContactKind.SCHOOL))
    here = add_rule(
        actor=CLOCK,
        conditions=Conditions(municipality=Municipality.objects.get(pk=ALE), contact_point=county),
    )
    assert (young.number, here.number) == (1, 2)
    assert asked_from_ale(age_band="12_14").contact_point == school
    way = asked_from_ale()
    assert (way.contact_point, way.steps[-1].place) == (county, Place.NAMED)
    raise_rule(actor=CLOCK, rule=here, number=2)
    assert asked_from_ale(age_band="12_14").contact_point == county
    with pytest.raises(RulesMoved):
        raise_rule(actor=CLOCK, rule=here, number=2)
    retire_rule(actor=CLOCK, rule=RoutingRule.objects.get(pk=here.pk))
    assert asked_from_ale().contact_point.kind == ContactKind.SOCIAL_SERVICES
    actions = Entry.objects.filter(action__startswith="routing:rule").values_list("action", flat=True)
    assert sorted(actions) == [f"routing:rule:{verb}" for verb in ("added", "added", "raised", "retired")]


def test_the_database_refuses_a_rule_that_leads_nowhere_or_to_two() -> None:
    for target in ({}, {"kind": "school", "contact_point": make_point()}, {"kind": "nothing"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoutingRule.objects.create(number=1, **target)


def test_the_directorys_keepers_keep_the_rules_and_counsellors_read_them() -> None:
    page, add = reverse("referrals:rules"), reverse("referrals:rule-add")
    sam, alice, rut = Client(), Client(), Client()
    sam.force_login(make_user("sam", "supervisor"))
    alice.force_login(make_user("alice", "counsellor"))
    rut.force_login(make_user("rut", "recipient"))
    rule = {"client_id": "7d8f1a52-6a2b-4f6b-9f3c-0a1b2c3d4e5f", "need": Need.HEALTH, "kind": "health_care"}
    for _press in range(2):
        assert sam.post(add, rule).headers["Location"] == page
    made = RoutingRule.objects.get()
    assert made.need == Need.HEALTH
    assert "Välj antingen" in sam.post(add, rule | {"kind": ""}).content.decode()
    retire = reverse("referrals:rule-retire", args=[made.pk])
    assert retire in sam.get(page).content.decode()
    assert retire not in alice.get(page).content.decode()
    assert (alice.post(retire).status_code, rut.get(page).status_code) == (403, 403)
    assert sam.post(reverse("referrals:rule-raise", args=[made.pk, 9])).status_code == 302
    assert sam.post(retire).status_code == 302
    assert not RoutingRule.objects.filter(retired_at=None).exists()


def test_the_counsellor_says_what_is_needed_and_overrides_only_with_a_reason() -> None:
    alice, point = make_user("alice", "counsellor"), make_point(function="Own")
    leaving = make_point("", ContactKind.EXIT_PROGRAMME, function="Exit")
    case = make_case(alice, age_band="15_17")
    client = Client()
    client.force_login(alice)
    first = reverse("referrals:compose", args=[case.reference])
    page = client.get(first, {"municipality": ALE, "need": Need.LEAVING}).headers["Location"]
    assert page.endswith("?need=leaving")
    html = client.get(page).content.decode()
    assert "Exit väljs eftersom" in html
    filled = {
        "client_id": "7d8f1a52-6a2b-4f6b-9f3c-0a1b2c3d4e5f",
        "mode": Mode.CALLER_CONTACTS.value,
        "contact_point": point.pk,
        "message": MESSAGE,
        "until": "2099-01-01",
        "agreed": "on",
        "propose": "1",
    }
    client.post(page, filled)
    assert not Referral.objects.exists()
    client.post(page, filled | {"override": "caller_wish"})
    made = Referral.objects.get()
    assert (made.contact_point, made.route_override) == (point, "caller_wish")
    again = filled | {"client_id": "7d8f1a52-6a2b-4f6b-9f3c-0a1b2c3d4e60", "contact_point": leaving.pk}
    client.post(page, again)
    assert Referral.objects.get(contact_point=leaving).route_override == ""
    assert ContactPoint.objects.count() == 2
