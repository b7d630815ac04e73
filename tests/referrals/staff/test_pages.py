"""The staff's pages: composing with nothing chosen beforehand, a preview, and who may see which referral."""

import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.actions import Action
from audit.models import Entry
from cases.record.models import Case
from referrals.directory.models import ContactKind, ContactPoint
from referrals.referral import services
from referrals.referral.models import Referral
from referrals.referral.states import Mode, State
from referrals.staff.timeline import for_case
from tests.cases.factories import signed_in
from tests.referrals.factories import (
    ALE,
    MESSAGE,
    actor_for,
    make_case,
    make_national,
    make_point,
    make_user,
    propose,
)
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(scope="module")
def alice(world: World) -> User:
    return world.make(lambda: make_user("alice", "counsellor"))


@pytest.fixture(scope="module")
def window(world: World, alice: User) -> Client:
    return world.make(lambda: signed_in(alice))


@pytest.fixture(scope="module")
def opened(world: World, alice: User) -> Case:
    return world.make(lambda: make_case(alice, caller_role="parent", age_band="15_17"))


@pytest.fixture
def client(window: Client) -> Client:
    return copied(window)


@pytest.fixture
def case(opened: Case) -> Case:
    return copied(opened)


@pytest.fixture
def point() -> ContactPoint:
    return make_point()


def compose_page(case: Case) -> str:
    return reverse("referrals:compose-to", args=[case.reference, ALE])


def filled(point: ContactPoint, **more: object) -> dict[str, object]:
    return {
        "client_id": "7d8f1a52-6a2b-4f6b-9f3c-0a1b2c3d4e5f",
        "mode": Mode.CALLER_CONTACTS.value,
        "contact_point": point.pk,
        "fields_chosen": ["caller_role"],
        "message": MESSAGE,
        "until": "2099-01-01",
        "agreed": "on",
    } | more


def test_choosing_a_municipality_leads_to_its_form(client: Client, case: Case, point: ContactPoint) -> None:
    first = reverse("referrals:compose", args=[case.reference])
    assert client.get(first).status_code == 200
    assert client.get(first, {"municipality": ALE}).headers["Location"] == compose_page(case)


def test_no_field_is_chosen_beforehand_and_the_route_is_explained(
    client: Client, case: Case, point: ContactPoint
) -> None:
    html = client.get(compose_page(case)).content.decode()
    assert html.count('type="checkbox"') > 9
    assert not re.search(r'type="(checkbox|radio)"[^>]*\schecked', html)
    assert point.function in html


def test_the_preview_shows_exactly_what_would_leave_makes_nothing_and_is_recorded_as_a_look(
    client: Client, case: Case, point: ContactPoint
) -> None:
    html = client.post(compose_page(case), filled(point, preview="1")).content.decode()
    shown = re.findall(r'<p class="plain-text">(.*?)</p>', html)
    assert len(shown) == 2
    assert shown[1] == MESSAGE
    assert not Referral.objects.exists()
    entry = Entry.objects.get(action=Action.CASE_VIEWED, subject_reference=case.reference)
    assert (entry.actor_label, entry.facts) == ("alice", {"basis": "owner"})


def test_proposing_twice_with_one_press_makes_one_referral_and_sending_sends_it(
    client: Client, case: Case, point: ContactPoint
) -> None:
    for _press in range(2):
        response = client.post(compose_page(case), filled(point, propose="1"))
        assert response.status_code == 302
    referral = Referral.objects.get()
    assert response.headers["Location"] == reverse("referrals:detail", args=[referral.reference])
    client.post(reverse("referrals:send", args=[referral.reference]), {"client_id": referral.pk})
    referral.refresh_from_db()
    assert referral.state == State.SENT


def test_without_the_callers_yes_nothing_is_proposed(client: Client, case: Case, point: ContactPoint) -> None:
    client.post(compose_page(case), filled(point, propose="1", agreed=""))
    assert not Referral.objects.exists()


def test_a_refusal_is_said_on_the_form(client: Client, case: Case, point: ContactPoint) -> None:
    response = client.post(compose_page(case), filled(point, propose="1", mode=Mode.THEY_CONTACT.value))
    assert response.status_code == 200
    assert "telefonnummer" in response.content.decode()
    assert not Referral.objects.exists()


def test_a_colleague_without_a_grant_is_told_that_there_is_nothing(
    alice: User, case: Case, point: ContactPoint
) -> None:
    referral = propose(alice, case, point)
    bob = signed_in(make_user("bob", "counsellor"))
    assert bob.get(compose_page(case)).status_code == 404
    for name in ("detail", "renew"):
        assert bob.get(reverse(f"referrals:{name}", args=[referral.reference])).status_code == 404
    for name in ("send", "copy", "withdraw", "reroute", "close"):
        page = reverse(f"referrals:{name}", args=[referral.reference])
        assert bob.post(page, {"client_id": referral.pk}).status_code == 404
    referral.refresh_from_db()
    assert referral.state == State.PROPOSED


def test_a_supervisor_sees_where_a_referral_stands_but_neither_case_nor_copy(
    alice: User, case: Case, point: ContactPoint
) -> None:
    referral = propose(alice, case, point)
    sam = signed_in(make_user("sam", "supervisor"))
    html = sam.get(reverse("referrals:detail", args=[referral.reference])).content.decode()
    assert referral.reference in html
    assert case.reference not in html
    copy = reverse("referrals:copy", args=[referral.reference])
    assert copy not in html
    assert sam.post(copy).status_code == 302
    assert not Entry.objects.filter(action="referral:copy:read").exists()


def test_the_counsellor_reads_exactly_what_leaves_and_the_look_is_recorded(
    client: Client, alice: User, case: Case, point: ContactPoint
) -> None:
    referral = propose(alice, case, point, mode=Mode.CALLER_CONTACTS)
    response = client.post(reverse("referrals:copy", args=[referral.reference]))
    assert MESSAGE in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert Entry.objects.filter(action="referral:copy:read", actor_label="alice").count() == 1


def test_a_rerouted_referral_is_proposed_anew_on_its_own_page(
    client: Client, alice: User, case: Case, point: ContactPoint
) -> None:
    national = make_national()
    referral = propose(alice, case, point, mode=Mode.CALLER_CONTACTS)
    reroute = reverse("referrals:reroute", args=[referral.reference])
    client.post(reroute, {"client_id": referral.pk, "contact_point": national.pk})
    renew = reverse("referrals:renew", args=[referral.reference])
    assert renew in client.get(reverse("referrals:detail", args=[referral.reference])).content.decode()
    client.post(renew, filled(national, propose="1"))
    referral.refresh_from_db()
    assert (referral.state, referral.consent_function) == (State.PROPOSED, national.function)


def list_queries(alice: User) -> int:
    client = signed_in(alice)
    with CaptureQueriesContext(connection) as queries:
        html = client.get(reverse("referrals:list")).content.decode()
    assert all(reference in html for reference in Referral.objects.values_list("reference", flat=True))
    return len(queries)


def test_the_list_asks_as_much_for_three_referrals_as_for_one(
    alice: User, case: Case, point: ContactPoint
) -> None:
    propose(alice, case, point)
    one = list_queries(alice)
    propose(alice, case, point)
    propose(alice, case, point)
    assert list_queries(alice) == one


def test_the_timeline_tells_every_move_with_one_query(alice: User, case: Case, point: ContactPoint) -> None:
    for _number in range(3):
        referral = propose(alice, case, point)
        services.send_referral(actor=actor_for(alice), user=alice, referral=referral)
    with CaptureQueriesContext(connection) as queries:
        items = list(for_case(case, alice))
    assert len(items) == 6
    assert len(queries) == 1
    assert {item.reference for item in items} == set(Referral.objects.values_list("reference", flat=True))


def test_a_directory_that_is_made_up_says_so(client: Client, point: ContactPoint) -> None:
    page = reverse("referrals:directory")
    assert "påhittad" in client.get(page, {"text": "ale"}).content.decode()
    ContactPoint.objects.update(synthetic=False)
    assert "påhittad" not in client.get(page, {"text": "ale"}).content.decode()


def test_a_municipalitys_page_says_who_verified_when_and_lets_the_supervisor_do_it(
    client: Client, point: ContactPoint
) -> None:
    sam = make_user("sam", "supervisor")
    page = reverse("referrals:municipality", args=[ALE])
    verify = reverse("referrals:verify-contact-point", args=[point.reference])
    assert verify not in client.get(page).content.decode()
    assert client.post(verify).status_code == 403
    signed_in(sam).post(verify)
    point.refresh_from_db()
    assert point.last_verified_by == sam
    assert "sam" in client.get(page).content.decode()
    assert Entry.objects.filter(action="directory:contact_point:verified").count() == 1


def test_the_administrator_keeps_the_directory_without_composing(point: ContactPoint) -> None:
    make_point(kind=ContactKind.SCHOOL)
    ada = signed_in(make_user("ada", "administrator"))
    assert ada.get(reverse("referrals:directory"), {"text": "ale"}).status_code == 200
    assert ada.get(reverse("referrals:list")).status_code == 403


def test_a_new_referral_starts_from_ones_own_open_case(client: Client, case: Case) -> None:
    bobs = make_case(make_user("bob", "counsellor"))
    page = reverse("referrals:new")
    html = client.get(page).content.decode()
    assert case.reference in html
    assert bobs.reference not in html
    expected = reverse("referrals:compose", args=[case.reference])
    assert client.get(page, {"case": case.reference}).headers["Location"] == expected
    assert client.get(page, {"case": bobs.reference}).status_code == 200


def test_what_points_a_person_out_is_warned_of_and_not_blocked(
    client: Client, case: Case, point: ContactPoint
) -> None:
    message = "Ring 070-174 06 07 i stället."
    html = client.post(compose_page(case), filled(point, message=message, preview="1")).content.decode()
    assert 'data-color="warning"' in html
    assert html.count(message) == 2


def test_an_empty_directory_is_said_and_breaks_nothing(client: Client, case: Case) -> None:
    response = client.get(compose_page(case), follow=True)
    assert response.status_code == 200
    assert "nationell kontaktpunkt" in response.content.decode()
