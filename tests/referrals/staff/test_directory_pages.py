"""The directory's pages: found, mapped, kept and given out, in few queries and only by those who may."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from cases.coded.models import Municipality
from referrals.clock.working_days import local_day
from referrals.directory import tiles
from referrals.directory.models import ContactKind, ContactPoint, District, Outreach
from tests.cases.factories import signed_in
from tests.referrals.factories import (
    ALE,
    make_case,
    make_national,
    make_point,
    make_recipient,
    make_user,
    propose,
)
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

KEY = str(uuid.UUID(int=5))


@pytest.fixture(scope="module")
def alice(world: World) -> User:
    return world.make(lambda: make_user("alice", "counsellor"))


@pytest.fixture(scope="module")
def alices(world: World, alice: User) -> Client:
    return world.make(lambda: signed_in(alice))


@pytest.fixture(scope="module")
def sams(world: World) -> Client:
    return world.make(lambda: signed_in(make_user("sam", "supervisor")))


@pytest.fixture
def client(alices: Client) -> Client:
    return copied(alices)


@pytest.fixture
def sam(sams: Client) -> Client:
    return copied(sams)


def path(name: str, *args: object) -> str:
    return reverse(f"referrals:{name}", args=args)


def html(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def few(client: Client, address: str) -> str:
    """Give a page that asks few queries."""
    with CaptureQueriesContext(connection) as queries:
        page = html(client.get(address))
    assert len(queries) < 15, address
    return page


def count(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        html(client.get(address))
    return len(queries)


def written(**more: object) -> dict[str, object]:
    return {
        "client_id": KEY,
        "version": 0,
        "kind": "school",
        "function": "Elevhälsan",
        "address": "elevhalsan@ale.example",
        "hours": "mån-fre 8.00-16.30",
        "languages": ["sv", "ar"],
        "remit": "Elever",
    } | more


def multiply(point: ContactPoint, number: int, places: list[str]) -> None:
    """Make one contact point so many, in these municipalities in turn; the database copies them fast."""
    own = {
        "id": "gen_random_uuid()",
        "reference": "'P-' || copy",
        "function": "'Function ' || copy",
        "municipality_id": "(%s::text[])[1 + copy %% %s]",
    }
    columns = [str(field.column) for field in ContactPoint._meta.concrete_fields]
    table = connection.ops.quote_name(ContactPoint._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)})"  # noqa: S608 - the model's own names
            f" SELECT {', '.join(own.get(column, column) for column in columns)}"
            f" FROM {table}, generate_series(2, %s) AS copy WHERE id = %s",
            [places, len(places), number, point.pk],
        )


def test_290_municipalities_and_2000_contact_points_take_few_queries(sam: Client) -> None:
    places = list(Municipality.objects.values_list("pk", flat=True))
    multiply(make_point(), 2000, places[:280])
    ContactPoint.objects.filter(municipality__in=places[:30]).update(
        last_verified_at=timezone.now() - timedelta(days=300)
    )
    few(sam, path("to-verify"))
    page = few(sam, path("directory"))
    assert len(re.findall(r'<th scope="row"><a href="/directory/\d{4}/"', page)) == 290
    assert re.findall(r'figure-large">(\d+)<', page) == ["250", "30", "10"]
    drawn = few(sam, path("coverage-map"))
    assert [
        drawn.count(f'class="tile" data-status="{each}"') for each in ("verified", "stale", "missing")
    ] == [
        251,
        31,
        11,
    ]
    assert (
        len(re.findall(r"<title>[^<]+: (?:bekräftad|inaktuell|saknas)</title>", drawn, re.IGNORECASE)) == 290
    )
    assert set(re.findall(r'href="/directory/(\d{4})/"', drawn)) == set(places)


def test_every_municipality_has_a_tile_of_its_own() -> None:
    cells = tiles.places()
    assert set(cells) == set(Municipality.objects.values_list("pk", flat=True))
    assert len(set(cells.values())) == 290


def test_pages_ask_as_much_for_three_contact_points_as_for_one(sam: Client) -> None:
    def asked() -> list[int]:
        names = [("municipality", ALE), ("to-verify",)]
        found = [count(sam, path(*each)) for each in (*names, ("contact-point", first.reference))]
        return [count(sam, f"{path('directory')}?text=ale"), *found]

    def add(number: int) -> ContactPoint:
        point = make_point(function=f"Function {number}", last_verified_at=None, languages=["sv"])
        data = {"client_id": uuid.uuid4(), "kind": "visit", "on": "2026-11-20", "about": "Hej"}
        sam.post(path("outreach", ALE), data)
        sam.post(
            path("contact-point-close", first.reference if number else point.reference),
            {
                "since": "2099-01-01",
                "until": f"2099-02-0{number + 1}",
            },
        )
        return point

    first = make_point(function="Function", last_verified_at=None)
    make_national()
    add(1)
    html(sam.get(path("to-verify")))
    one = asked()
    add(2)
    add(3)
    assert asked() == one
    assert max(one) < 15


def test_the_list_is_narrowed_by_county_state_and_words(client: Client) -> None:
    make_point(function="Samordning Väst")

    def found(**asked: str) -> list[str]:
        return re.findall(
            r'<th scope="row"><a href="/directory/(\d{4})/"', html(client.get(path("directory"), asked))
        )

    assert found(text="väst", status="verified") == [ALE]
    assert found(text="gotl") == ["0980"]
    assert found(status="verified") == [ALE]
    assert len(found(county="14")) == 49
    assert found(county="14", status="stale") == []
    assert len(found(county="nonsense")) == 290


def test_a_supervisor_adds_one_by_two_presses_and_changes_it(sam: Client) -> None:
    new = path("contact-point-new", ALE)
    html(sam.get(new))
    for _press in range(2):
        response = sam.post(new, written(verified="on"))
    point = ContactPoint.objects.get()
    assert response.headers["Location"] == path("contact-point", point.reference)
    assert (point.hours, point.languages, point.municipality_id) == ("mon-fri 08:00-16:30", ["sv", "ar"], ALE)
    assert point.last_verified_by is not None
    edit = path("contact-point-edit", point.reference)
    assert 'value="Elevhälsan"' in html(sam.get(edit))
    sam.post(edit, written(version=1, function="Elevhälsan norr"))
    point.refresh_from_db()
    assert (point.function, point.version, point.last_verified_at) == ("Elevhälsan norr", 2, None)
    assert "någon annan har ändrat" in html(sam.post(edit, written(version=1))).lower()
    page = html(sam.get(path("contact-point", point.reference)))
    assert "<del>Elevhälsan</del> → " in page
    assert "Svenska, Arabiska" in page
    changed = Entry.objects.get(action="directory:contact_point:changed")
    assert changed.facts == {"fields": "function", "verified": False}


def test_what_is_wrong_on_the_form_is_said_and_nothing_is_saved(sam: Client) -> None:
    new = path("contact-point-new", "14")
    for wrong in (
        {"hours": "sometimes"},
        {"address": "anna.andersson@ale.example"},
        {"address": "nobody"},
        {"kind": "opera"},
        {"languages": ["klingon"]},
    ):
        assert "ds-validation-message" in html(sam.post(new, written(**wrong))), wrong
    assert not ContactPoint.objects.exists()
    sam.post(new, written(address="anna.andersson@ale.example", address_is_functions="on"))
    assert ContactPoint.objects.get().county_id == "14"


def test_closed_opened_asked_and_taken_out_at_a_press(sam: Client, alice: User) -> None:
    point, today = make_point(), local_day()
    page = path("contact-point", point.reference)
    closed = {"since": today.isoformat(), "until": (today + timedelta(days=7)).isoformat()}
    assert "ds-validation-message" in html(
        sam.post(path("contact-point-close", point.reference), {**closed, "until": closed["since"]})
    )
    sam.post(path("contact-point-close", point.reference), closed)
    point.refresh_from_db()
    assert not point.is_routable(timezone.now())
    sam.post(path("contact-point-open", point.reference))
    point.refresh_from_db()
    assert point.is_routable(timezone.now())
    sam.post(path("contact-point-ask", point.reference))
    point.refresh_from_db()
    assert point.asked_at is None, "nobody signs in, so nobody could answer"
    make_recipient("rut", point)
    assert sam.post(path("contact-point-ask", point.reference)).headers["Location"] == page
    propose(alice, make_case(alice), point)
    sam.post(path("contact-point-retire", point.reference))
    point.refresh_from_db()
    assert point.retired_at is None
    idle = make_point(kind=ContactKind.SCHOOL)
    assert idle.reference in html(sam.get(path("municipality", ALE)))
    sam.post(path("contact-point-retire", idle.reference))
    idle.refresh_from_db()
    assert idle.retired_at is not None
    assert idle.reference not in html(sam.get(path("municipality", ALE)))
    acts = Entry.objects.filter(action__startswith="directory:contact_point:").values_list(
        "action", flat=True
    )
    assert sorted(each.rpartition(":")[2] for each in acts) == [
        "asked",
        "closed",
        "closed",
        "retired",
        "viewed",
    ]


def test_a_municipalitys_page_keeps_visits_and_districts(sam: Client) -> None:
    visit = {"client_id": KEY, "kind": "dialogue", "on": "2026-11-20", "about": "Samverkan"}
    for _press in range(2):
        sam.post(path("outreach", ALE), visit)
        sam.post(path("districts", ALE), {"name": "Norra"})
    assert (Outreach.objects.count(), District.objects.count()) == (1, 1)
    page = html(sam.get(path("municipality", ALE)))
    assert "20 november 2026: Dialogmöte" in page
    assert "Samverkan" in page
    assert "Norra" in page
    assert "Norra" in html(sam.get(path("contact-point-new", ALE)))
    assert sam.get(path("county", "14")).status_code == 200
    assert sam.get(path("national")).status_code == 200
    for nowhere in (("municipality", "9999"), ("county", "99"), ("municipality", "14"), ("county", ALE)):
        assert sam.get(path(*nowhere)).status_code == 404, nowhere


def test_a_table_is_shown_first_and_then_carried_out_once(sam: Client) -> None:
    point = make_point(function="Mottagningen")
    out = sam.post(path("directory-export"))
    assert "attachment" in out.headers["Content-Disposition"]
    text = out.content.decode().replace("031-390 06 01", "031-390 06 09")

    def bring(content: str) -> Any:
        file = SimpleUploadedFile("k.csv", content.encode(), content_type="text/csv")
        return sam.post(path("directory-tables"), {"client_id": uuid.uuid4(), "file": file})

    assert "Rad 2:" in html(bring(text.replace("social_services", "opera")))
    assert "Rad 1:" in html(bring("nonsense"))
    shown = bring(text).headers["Location"]
    page = html(sam.get(shown))
    assert "<del>031-390 06 01</del> → <ins>031-390 06 09</ins>" in page
    assert ContactPoint.objects.get().phone == "031-390 06 01"
    found = re.search(r'name="digest" value="(\w+)"', page)
    assert found is not None
    assert sam.post(shown, {"digest": "other"}).status_code == 200
    assert ContactPoint.objects.get().phone == "031-390 06 01"
    for _press in range(2):
        assert sam.post(shown, {"digest": found.group(1)}).status_code == 302
    point.refresh_from_db()
    assert (point.phone, point.version, point.last_verified_at) == ("031-390 06 09", 2, None)
    assert 'name="digest"' not in html(sam.get(shown))


def test_who_composes_reads_and_only_who_keeps_it_writes(client: Client) -> None:
    point = make_point()
    key = point.reference
    for read in (
        ("directory",),
        ("coverage-map",),
        ("municipality", ALE),
        ("contact-point", key),
        ("national",),
    ):
        assert 'method="post" action="/directory' not in html(client.get(path(*read), {"text": "ale"})), read
    for kept in (
        ("to-verify",),
        ("directory-tables",),
        ("contact-point-new", ALE),
        ("contact-point-edit", key),
    ):
        assert client.get(path(*kept)).status_code == 403, kept
    for verb in ("verify-contact-point", "contact-point-ask", "contact-point-close", "contact-point-retire"):
        assert client.post(path(verb, key)).status_code == 403, verb
    for act in (("directory-export",), ("outreach", ALE), ("districts", ALE)):
        assert client.post(path(*act)).status_code == 403, act
    point.refresh_from_db()
    assert point.version == 1
