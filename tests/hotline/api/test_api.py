"""The programs' addresses: what the pages give, behind the same gate, with the same trace."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from audit.models import Entry
from cases.record.services import add_note, protect_case
from hotline.people.roles import ROLES
from hotline.statistics.periods import whole_months
from referrals.directory.models import ContactPoint
from referrals.referral.services import send_referral
from tests.hotline.statistics.factories import make_call, make_contacts, make_member, signed_in
from tests.referrals.factories import actor_for, make_case, make_point, make_user, propose

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
STAFF, SUPERVISOR = {"counsellor", "supervisor"}, {"supervisor"}
MAY = {
    "/api/v1/calls/": STAFF,
    "/api/v1/cases/": STAFF,
    "/api/v1/referrals/": STAFF,
    "/api/v1/directory/": STAFF | {"administrator"},
    "/api/v1/figures/": STAFF,
    "/api/v1/figures/persons/": SUPERVISOR,
    "/api/v1/municipalities/": STAFF,
}


def test_a_stranger_is_told_nothing_and_each_role_only_what_its_pages_tell() -> None:
    for address in (*MAY, "/api/v1/schema/"):
        response = Client().get(address)
        assert response.status_code == 401
        assert set(response.json()) == {"type", "title", "status", "detail"}
        assert response.headers["Content-Type"] == "application/problem+json"
    for role in ROLES:
        browser = signed_in(make_member(role, role))
        for address, may in MAY.items():
            assert (address, role, browser.get(address).status_code) == (
                address,
                role,
                200 if role in may else 403,
            )
        refused = Entry.objects.filter(action="access:page:refused", actor_label=role).count()
        assert refused == sum(role not in may for may in MAY.values())


def test_nothing_can_be_written_and_unknown_addresses_say_so_in_json() -> None:
    browser = signed_in(make_member("supervisor"))
    for address in MAY:
        assert browser.post(address, {}, content_type="application/json").status_code == 405
        assert browser.options(address).status_code == 405
    for address in ("/api/v1/", "/api/v1/persons/", "/api/v1/cases/A-222222/notes/"):
        response = browser.get(address)
        assert (response.status_code, response.json()["status"]) == (404, 404)
    assert browser.get("/api/v1/calls/", headers={"Accept": "text/html"}).status_code == 406


def test_the_operational_figures_are_those_of_the_page_and_the_look_is_recorded() -> None:
    earlier = timezone.now() - timedelta(minutes=30)
    make_call(earlier, accepted_after=10, ended_after=60)
    make_call(earlier, ended_after=90)
    make_call(earlier)
    browser = signed_in(make_member("counsellor"))
    found = browser.get("/api/v1/figures/", {"period": "7-days"}).json()
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
    assert browser.get("/api/v1/figures/", {"period": "1"}).status_code == 404


def test_figures_about_persons_are_suppressed_as_on_the_page() -> None:
    alice = make_member("supervisor")
    month = whole_months(today=timezone.localdate())[-1]
    make_contacts(9, user=alice, begun_at=month.begin, role="parent", municipality="1440")
    make_contacts(2, user=alice, begun_at=month.begin, role="sibling", municipality="0180")
    browser = signed_in(alice)
    found = browser.get("/api/v1/figures/persons/", {"by": "caller-role"}).json()
    page = browser.get("/figures/persons/", {"by": "caller-role"})
    shown = [
        found["answers"]["caller_role:sibling"],
        found["counties"]["01"],
        found["municipalities"]["0180"],
    ]
    assert shown == [None, None, None]
    assert all(count is None or count == 0 or count >= 5 for count in found["answers"].values())
    rows = {str(row.label): row.cells[-1] for row in page.context["by_month"]}
    assert list(rows.values()) == [found["answers"].get(code) for code in found["answers"]]
    assert Entry.objects.filter(action="figures:persons:seen").count() == 2
    for wrong in ({"by": "ideology"}, {"by": "religion"}, {"month": "2020-01"}):
        assert browser.get("/api/v1/figures/persons/", wrong).status_code == 404


def test_all_municipalities_come_in_swedish_order_with_their_counties() -> None:
    found = signed_in(make_member("counsellor")).get("/api/v1/municipalities/").json()
    assert len(found) == 290
    assert found[0]["name"] == "Ale"
    assert found[-1]["name"] == "Övertorneå"
    assert {"code": "0980", "name": "Gotland", "county_code": "09", "county": "Gotlands län"} in found


def test_calls_are_those_of_the_desk_without_anything_that_leads_to_who_called() -> None:
    alice = make_member("counsellor")
    contact = make_contacts(1, user=alice)[0]
    call = make_call(
        accepted_after=5,
        ended_after=60,
        accepted_by=alice,
        contact=contact,
        fingerprint=b"PLANTEDPLANTEDPL",
        fingerprint_period="7d8f1a52-6a2b-4f6b-9f3c-0a1b2c3d4e5f",
    )
    make_call()
    browser = signed_in(alice)
    listed = browser.get("/api/v1/calls/").json()["results"]
    found = browser.get(f"/api/v1/calls/{call.reference}/")
    assert listed[[row["reference"] for row in listed].index(call.reference)] == found.json()
    assert (found.json()["outcome"], found.json()["contact"]) == ("answered", contact.reference)
    assert not {"fingerprint", "fingerprint_period", "call_key", "withheld", "id"} & set(found.json())
    seen = Entry.objects.filter(action__in=["call:call:viewed", "api:list:seen"]).order_by("at")
    assert list(seen.values_list("subject_reference", "facts")) == [
        ("/api/v1/calls/", {"rows": 2}),
        (call.reference, {}),
    ]
    assert browser.get("/api/v1/calls/S-NEVER2/").status_code == 404


def test_a_case_opens_by_grant_only_and_without_its_notes_and_what_is_coded_about_persons() -> None:
    alice, bob = make_user("alice", "counsellor"), make_user("bob", "counsellor")
    case = make_case(
        alice,
        caller_role="parent",
        age_band="15_17",
        ideologies=(("misogyny", "assumed"),),
        concerns=("mental_ill_health",),
        risk_level="high",
        risk_reason="PLANTED reason",
    )
    note = add_note(actor=actor_for(alice), user=alice, case=case, text="PLANTED note")
    path = f"/api/v1/cases/{case.reference}/"
    answer = signed_in(alice).get(path)
    assert (answer.json()["basis"], len(answer.json()["contacts"])) == ("owner", 1)
    texts = answer.content.decode() + signed_in(alice).get("/api/v1/cases/").content.decode()
    hidden = ["PLANTED", note.reference, "parent", "15_17", "misogyny", "mental_ill_health", "high"]
    assert not [value for value in hidden if value in texts]
    viewed = Entry.objects.get(action="case:page:viewed")
    assert (viewed.subject_reference, viewed.facts["basis"]) == (case.reference, "owner")
    assert signed_in(bob).get(path).status_code == 404
    assert signed_in(bob).get(path).content == signed_in(bob).get("/api/v1/cases/A-NEVER2/").content
    assert signed_in(bob).get("/api/v1/cases/").json()["results"] == []
    assert Entry.objects.filter(action="case:page:refused", actor_label="bob").count() == 2
    plain = signed_in(alice).get("/api/v1/cases/").json()
    for wish in ({"ideology": "misogyny"}, {"concerns": "mental_ill_health"}, {"search": "PLANTED"}):
        assert signed_in(alice).get("/api/v1/cases/", wish).json() == plain


def test_the_place_of_a_protected_case_is_in_no_answer() -> None:
    alice = make_user("alice", "counsellor")
    case = make_case(alice)
    case.municipality_id = "1440"
    case.save()
    path = f"/api/v1/cases/{case.reference}/"
    assert signed_in(alice).get(path).json()["municipality"] == "1440"
    protect_case(actor=actor_for(alice), user=alice, case=case)
    assert signed_in(alice).get(path).json()["municipality"] is None
    assert "1440" not in signed_in(alice).get("/api/v1/cases/").content.decode()


def test_referrals_are_those_of_the_page_and_the_case_is_told_only_to_who_may_open_it() -> None:
    alice, sam = make_user("alice", "counsellor"), make_user("sam", "supervisor")
    case, point = make_case(alice), make_point()
    referral = send_referral(actor=actor_for(alice), user=alice, referral=propose(alice, case, point))
    path = f"/api/v1/referrals/{referral.reference}/"
    mine, seen = signed_in(alice).get(path).json(), signed_in(sam).get(path)
    assert (mine["case"], seen.json()["case"]) == (case.reference, None)
    assert case.reference not in seen.content.decode()
    assert [move["kind"] for move in mine["moves"]] == ["propose", "send"]
    assert Entry.objects.filter(action="referral:page:viewed").count() == 2
    bob = signed_in(make_user("bob", "counsellor"))
    assert bob.get(path).status_code == 404
    assert bob.get("/api/v1/referrals/").json()["results"] == []
    points = signed_in(alice).get("/api/v1/directory/", {"municipality": "1440"}).json()["results"]
    assert [(row["reference"], row["is_verified"]) for row in points] == [(point.reference, True)]
    assert signed_in(alice).get("/api/v1/directory/", {"municipality": "0180"}).json()["results"] == []


def test_every_list_asks_as_much_for_three_rows_as_for_one() -> None:
    alice = make_user("alice", "counsellor")
    browser = signed_in(alice)
    browser.get("/api/v1/calls/")  # the session notes its first act
    asked: dict[str, list[tuple[int, int]]] = {}
    for more in (1, 2):
        for _each in range(more):
            case = make_case(alice)
            propose(alice, case, make_point())
            contact = make_contacts(1, user=alice)[0]
            make_call(accepted_after=1, accepted_by=alice, contact=contact)
        for address in ("/api/v1/calls/", "/api/v1/cases/", "/api/v1/referrals/", "/api/v1/directory/"):
            with CaptureQueriesContext(connection) as queries:
                rows = len(browser.get(address).json()["results"])
            asked.setdefault(address, []).append((rows, len(queries)))
    for address, counts in asked.items():
        assert (address, [rows for rows, _queries in counts]) == (address, [1, 3])
        assert counts[0][1] == counts[1][1], address


def test_a_page_is_never_longer_than_its_bound_and_a_made_up_place_leads_nowhere() -> None:
    browser = signed_in(make_member("counsellor"))
    ContactPoint.objects.bulk_create(
        ContactPoint(reference=f"P-{number:06d}", kind="school", function="x", address="x@example.org")
        for number in range(120)
    )
    first = browser.get("/api/v1/directory/", {"page_size": "100000"}).json()
    second = browser.get(first["next"]).json()
    assert [len(first["results"]), len(second["results"])] == [100, 20]
    assert second["next"] is None
    positions = [
        "cD1nYXJiYWdl",
        "cD05OTk5LTEyLTMxVDIzOjU5OjU5LTIzOjU5",
    ]  # each list compares them with its own order
    unreadable = ["cD0lMDA=", "bz1-", "\0", "å", "9" * 5000]
    for place in (*positions, *unreadable):
        assert read(browser, "/api/v1/directory/", place) in {200, 404}
    for address in ("/api/v1/calls/", "/api/v1/cases/", "/api/v1/referrals/"):
        for place in positions:
            assert read(browser, address, place) in {200, 404}


def read(browser: Client, address: str, place: str) -> int:
    """Ask for a list from this place on, so many rows; give the status."""
    return browser.get(address, {"cursor": place, "page_size": place}).status_code


def test_the_schema_is_valid_and_names_every_address() -> None:
    GENERATOR_STATS.reset()
    schema = signed_in(make_member("auditor")).get("/api/v1/schema/").json()
    assert not GENERATOR_STATS  # nothing had to be guessed while it was made
    validate_schema(schema)  # type: ignore[no-untyped-call]
    assert set(schema["paths"]) > set(MAY)
    writing = {path for path, item in schema["paths"].items() if set(item) != {"get"}}
    staffs = {f"/api/v1/referrals/{{reference}}/{what}/" for what in ("questions", "ask", "answer")}
    theirs = ("/api/v1/received/{reference}/", "/api/v1/token/")
    assert {path for path in writing if not path.startswith(theirs)} == staffs
    fields = schema["components"]["schemas"]["Operational"]["properties"]
    assert fields["figures"]["items"] == {"$ref": "#/components/schemas/Figure"}
    named = json.dumps(schema).lower()
    assert not [word for word in ("ideolog", "religion", "fingerprint", "call_key") if word in named]
