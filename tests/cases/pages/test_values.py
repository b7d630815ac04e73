"""The lists of answers: kept by administrators, a used code is retired and never means anything else."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from audit.models import Entry
from cases.coded.models import CodedValue
from cases.pages.contact_form import ContactForm
from hotline.people.roles import Role
from tests.hotline.people.factories import signed_in
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
LIST = "/cases/values/found_line/"
NEW = {"code": "radio", "label_sv": "Radion", "label_en": "Radio"}


@pytest.fixture(scope="module")
def window(world: World) -> Client:
    return world.make(lambda: signed_in("adam", Role.ADMINISTRATOR))


@pytest.fixture
def administrator(window: Client) -> Client:
    return copied(window)


def test_a_value_is_added_at_the_end_and_retired_for_good(administrator: Client) -> None:
    assert administrator.post(f"{LIST}add/", NEW).status_code == 302
    assert CodedValue.objects.choosable("found_line").last() == CodedValue.objects.get(code="radio")
    for _press in range(2):
        assert administrator.post(f"{LIST}radio/retire/").status_code == 302
    assert not CodedValue.objects.choosable("found_line").filter(code="radio").exists()
    again = administrator.post(f"{LIST}add/", NEW | {"label_sv": "Något annat"})
    assert "har använts" in again.content.decode()
    assert CodedValue.objects.get(code="radio").label_sv == "Radion"
    assert Entry.objects.filter(subject_reference="found_line:radio").count() == 2


@pytest.mark.parametrize("code", ["Radio", "ra dio", "", "å", "x" * 65, "radio\n"])
def test_a_code_that_is_not_plain_is_refused(administrator: Client, code: str) -> None:
    before = CodedValue.objects.count()
    page = administrator.post(f"{LIST}add/", NEW | {"code": code})
    assert page.status_code == 200
    assert CodedValue.objects.count() == before


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_keeps_the_lists(role: Role) -> None:
    client = signed_in("charlie", role)
    assert client.get("/cases/values/").status_code == 403
    assert client.post(f"{LIST}add/", NEW).status_code == 403
    assert not CodedValue.objects.filter(code="radio").exists()


def test_a_list_that_is_none_is_no_page(administrator: Client) -> None:
    assert administrator.get("/cases/values/").status_code == 200
    assert administrator.get("/cases/values/nonsense/").status_code == 404
    assert administrator.post(f"{LIST}nonsense/retire/").status_code == 404


def test_a_form_asks_for_all_its_lists_at_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):  # the values of every kind, the municipalities with their counties
        drawn = ContactForm().as_p()
    assert drawn.count("<select") > 10
