import pytest
from django.test import Client

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_the_sign_in_page_has_one_heading_and_a_way_past_the_header(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()

    assert page.count("<h1") == 1
    assert 'href="#content"' in page
    assert 'id="content"' in page
