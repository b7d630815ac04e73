"""Every page there is, as somebody who may open it, seen every way, in both languages by turns; for `make sweep`."""

from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Browser
from pytest_django import Settings

from hotline.people.roles import ROLE_PERMISSIONS, Role
from tests.browser import AXE, WAYS, faults, turn_to
from tests.journeys.day import signed_in_window
from tests.matrix.addresses import Address
from tests.matrix.scene import Scene
from tests.matrix.test_matrix import GUARDED, kinds_of, path_to
from tests.served import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.sweep,
    pytest.mark.django_db(transaction=True, databases=["default", "keys"]),
]
ROLES = (Role.SUPERVISOR, Role.COUNSELLOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.RECIPIENT)
LANGUAGE = django_settings.LANGUAGE_COOKIE_NAME
NO_PAGES = {"desk:board", "desk:call-back-attempt", "referrals:directory-export"}
"""Parts that a page fetches, and a file."""


def pages() -> Iterator[tuple[Role, Address]]:
    """Give every address that is a page, with the first role that may open it."""
    for address in GUARDED:
        may = [role for role in ROLES if address.sufficient & ROLE_PERMISSIONS[role]]
        if "GET" in address.methods and address.name not in NO_PAGES and not address.name.startswith("api:"):
            yield may[0], address


def test_no_page_has_a_barrier_however_it_is_looked_at(still_chromium: Browser, settings: Settings) -> None:
    scene, found = Scene(), []
    with served(settings) as house:
        windows = {
            role: signed_in_window(still_chromium, house, person) for role, person in scene.people.items()
        }
        for page in windows.values():
            page.context.add_init_script(path=AXE)
        for turn, way in enumerate(WAYS):
            for page in windows.values():
                turn_to(page, way)
            for number, (role, address) in enumerate(pages()):
                page = windows[role]
                language = ("sv", "en")[(number + turn) % 2]
                page.context.add_cookies([{"name": LANGUAGE, "value": language, "url": house}])
                sets = scene.sets(scene.people[role], kinds_of(address).values())
                response = page.goto(house + path_to(address, sets["own"]))
                assert response is not None
                assert response.status == 200, address.name
                found += [f"{address.name}, {way}: {each}" for each in faults(page, contrast=True)]
        for page in windows.values():
            page.context.close()
    assert found == [], "\n".join(found)
