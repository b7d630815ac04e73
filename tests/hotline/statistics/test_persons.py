"""The tables about persons: counted right, and nothing below the threshold anywhere."""

import random
import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from cases.coded.models import CodedValue, County, Municipality
from cases.record.models import Contact
from hotline.statistics.cubes import NOT_STATED, Dimension, choices_of, contacts_by_municipality
from hotline.statistics.disclosure_control import may_be_subtracted
from hotline.statistics.measures import Share
from hotline.statistics.periods import whole_months
from hotline.statistics.persons import Month, cube_of
from tests.hotline.statistics.factories import (
    ToldContact,
    make_case,
    make_contacts,
    make_member,
    protect,
    signed_in,
    write_contacts,
)
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
IN_OCTOBER = datetime(2026, 10, 14, 9, tzinfo=UTC)
MONTHS = whole_months(today=datetime(2026, 11, 22, tzinfo=UTC).date(), count=2)
OCTOBER = MONTHS[-1]
GOTLAND, STOCKHOLM, SOLNA = "0980", "0180", "0184"


@pytest.fixture(scope="module")
def supervisor(world: World) -> User:
    return world.make(lambda: make_member("supervisor"))


@pytest.fixture
def alice(supervisor: User) -> User:
    return copied(supervisor)


def october(dimension: Dimension = Dimension.CALLER_ROLE) -> Month:
    return cube_of(dimension, MONTHS).months[-1]


def test_a_role_is_shown_from_five_contacts_on(alice: User) -> None:
    for role, count in [("parent", 30), ("friend", 5), ("school", 4), ("sibling", 1)]:
        make_contacts(count, user=alice, begun_at=IN_OCTOBER, role=role)
    shown = october().answers
    assert shown["caller_role:parent"] == 30
    assert shown["caller_role:friend"] == 5
    assert shown["caller_role:school"] is None
    assert shown["caller_role:sibling"] is None
    assert shown["caller_role:partner"] is None


def test_a_raised_threshold_is_kept(alice: User, settings: object) -> None:
    settings.STATISTICS_THRESHOLD = 10  # type: ignore[attr-defined]
    make_contacts(9, user=alice, begun_at=IN_OCTOBER, role="parent")
    make_contacts(30, user=alice, begun_at=IN_OCTOBER, role="friend")
    assert october().answers["caller_role:parent"] is None
    assert october().answers["caller_role:friend"] == 30


def test_gotland_is_one_place_as_county_and_as_municipality(alice: User) -> None:
    make_contacts(40, user=alice, begun_at=IN_OCTOBER, municipality=STOCKHOLM)
    make_contacts(8, user=alice, begun_at=IN_OCTOBER, municipality=GOTLAND)
    make_contacts(4, user=alice, begun_at=IN_OCTOBER - timedelta(days=20), municipality=GOTLAND)
    for dimension in Dimension:
        for month in cube_of(dimension, MONTHS).months:
            assert month.counties["09"] == month.municipalities[GOTLAND]


def test_gotland_is_withheld_as_both_when_its_county_is_sacrificed(alice: User) -> None:
    """Every county but Gotland and one is large, so that the one small county would be the total's remainder."""
    for county in County.objects.exclude(code="09").order_by("code"):
        town = Municipality.objects.filter(county=county).order_by("code").first()
        assert town
        make_contacts(6, user=alice, begun_at=IN_OCTOBER, municipality=town.code)
    make_contacts(6, user=alice, begun_at=IN_OCTOBER)
    make_contacts(3, user=alice, begun_at=IN_OCTOBER, municipality=GOTLAND)
    month = october()
    assert month.counties["09"] is None
    assert month.municipalities[GOTLAND] is None
    assert month.counties[NOT_STATED] is None, "the last place goes with the only small one"


def test_protected_identities_are_in_no_place(alice: User) -> None:
    hidden = make_case(alice)
    protect(hidden)
    make_contacts(7, user=alice, begun_at=IN_OCTOBER, municipality=GOTLAND, case=hidden)
    make_contacts(5, user=alice, begun_at=IN_OCTOBER, municipality=STOCKHOLM, case=make_case(alice))
    counted = contacts_by_municipality(MONTHS)
    assert counted == {(OCTOBER.first_day, NOT_STATED): 7, (OCTOBER.first_day, STOCKHOLM): 5}
    assert october().municipalities[GOTLAND] is None


def test_a_case_that_is_protected_no_longer_has_its_place(alice: User) -> None:
    case = make_case(alice)
    protect(case)
    protect(case, protected=False)
    make_contacts(6, user=alice, begun_at=IN_OCTOBER, municipality=GOTLAND, case=case)
    assert contacts_by_municipality(MONTHS) == {(OCTOBER.first_day, GOTLAND): 6}


def test_a_contact_counts_once_for_each_of_its_concerns(alice: User) -> None:
    make_contacts(6, user=alice, begun_at=IN_OCTOBER, concerns=("violence", "withdrawal"))
    make_contacts(3, user=alice, begun_at=IN_OCTOBER, concerns=("withdrawal",))
    make_contacts(9, user=alice, begun_at=IN_OCTOBER)
    shown = october(Dimension.CONCERN).answers
    assert shown["concern:violence"] == 6
    assert shown["concern:withdrawal"] == 9
    assert NOT_STATED not in shown


def test_contacts_logged_with_one_press_are_about_nobody(alice: User) -> None:
    make_contacts(20, user=alice, begun_at=IN_OCTOBER, kind="wrong_number", municipality=STOCKHOLM)
    assert not contacts_by_municipality(MONTHS)
    assert "contact_kind:wrong_number" not in {choice.id for choice in choices_of(Dimension.CONTACT_KIND)}


def test_a_retired_value_is_in_no_table_of_a_later_month(alice: User) -> None:
    """Its zero is known to everybody, so it would hide nothing while being counted as hidden."""
    CodedValue.objects.filter(pk="caller_role:friend").update(retired_at=MONTHS[-1].begin - timedelta(days=3))
    earlier, later = cube_of(Dimension.CALLER_ROLE, MONTHS).months
    assert "caller_role:friend" in earlier.answers
    assert "caller_role:friend" not in later.answers


def test_relatives_are_a_share_only_where_it_gives_nobody_away(alice: User) -> None:
    make_contacts(9, user=alice, begun_at=IN_OCTOBER, role="parent")
    make_contacts(3, user=alice, begun_at=IN_OCTOBER, role="sibling")
    make_contacts(3, user=alice, begun_at=IN_OCTOBER, role="partner")
    for role in ("friend", "school", "public", "unknown"):
        make_contacts(4, user=alice, begun_at=IN_OCTOBER, role=role)
    assert october().relatives == Share(15, 31)
    Contact.objects.filter(caller_role="caller_role:sibling").delete()
    assert october().relatives is None, "the withheld relatives would sum to fewer than five possible values"


@pytest.mark.parametrize("seed", range(2))
def test_nothing_published_or_subtracted_is_below_the_threshold(seed: int, alice: User) -> None:
    raw = random_month(random.Random(seed), alice)  # noqa: S311 - repeatable, not secret
    for dimension in Dimension:
        assert_month_is_safe(october(dimension), raw, rows_add_up=dimension != Dimension.CONCERN)


def assert_month_is_safe(month: Month, raw: Counter[str], *, rows_add_up: bool) -> None:
    for table in (month.answers, month.counties, month.municipalities, month.answers_by_county):
        assert all(count is None or count >= 5 for count in table.values())
    places = {code: sum(n for town, n in raw.items() if town[:2] == code) for code in month.counties}
    assert_line_is_safe(places, month.counties)
    for code in month.counties:
        towns = {town: raw[town] for town in month.municipalities if town[:2] == code}
        if len(towns) > 1 and month.counties[code] is not None:
            assert_line_is_safe(towns, month.municipalities)
    assert_inside_is_safe(month, rows_add_up=rows_add_up)


def assert_inside_is_safe(month: Month, *, rows_add_up: bool) -> None:
    margins = [(1, code, shown) for code, shown in month.answers.items()]
    margins += [(0, code, shown) for code, shown in month.counties.items()] if rows_add_up else []
    for side, code, shown in margins:
        inner = [count for cell, count in month.answers_by_county.items() if cell[side] == code]
        if shown is not None:
            hidden = shown - sum(count or 0 for count in inner)
            assert inner.count(None) != 1
            assert hidden == 0 or hidden >= 4


def assert_line_is_safe(raw: dict[str, int], shown: object) -> None:
    values = {code: shown[code] for code in raw}  # type: ignore[index]
    hidden = [raw[code] for code, value in values.items() if value is None]
    last = list(values.values())[-1] is None
    if len(hidden) < len(raw):
        assert may_be_subtracted(hidden, smallest=5, one_may_be_large=last)


def random_month(chance: random.Random, user: User, begun_at: datetime = IN_OCTOBER) -> Counter[str]:
    """Spread contacts unevenly over places and answers; give how many each place got."""
    towns = list(Municipality.objects.order_by("code").values_list("code", flat=True))
    roles = ["parent", "sibling", "friend", "school", "public", None]
    raw: Counter[str] = Counter()
    told: list[ToldContact] = []
    for _each in range(60):
        town, count = (
            chance.choice([*towns[:40], GOTLAND, STOCKHOLM, SOLNA, None]),
            chance.choice([1, 2, 5, 9]),
        )
        concerns = tuple(chance.sample(["violence", "withdrawal", "crime"], chance.randint(0, 2)))
        contact = ToldContact(
            begun_at=begun_at,
            municipality=town,
            role=chance.choice(roles),
            concerns=concerns,
            kind=chance.choice(["counselling", "information", "acute"]),
        )
        told += [contact] * count
        raw[town or NOT_STATED] += count
    write_contacts(told, user=user)
    return raw


def test_every_number_on_the_page_is_protected(alice: User) -> None:
    """Read the page itself: no table cell and no sentence says a number from 0 to 4."""
    last = whole_months(today=timezone.localdate())[-1]
    random_month(random.Random(7), alice, last.begin + timedelta(days=13))  # noqa: S311 - repeatable, not secret
    response = signed_in(alice).get("/figures/persons/", {"month": f"{last.first_day:%Y-%m}"})
    cells = re.findall(
        r'<td class="number">(?:\s|<span[^>]*>)*(\d+)\s*(?:</span>)*</td>', response.content.decode()
    )
    assert cells
    assert min(int(cell) for cell in cells) >= 5
