"""What the trail's tests share."""

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.audit.roles import SUPERUSER, reconnected_as


@pytest.fixture(scope="module")
def superuser_session(django_db_setup: None) -> Iterator[None]:
    """Connect this module's tests as the superuser, who can act as every role within one transaction."""
    with reconnected_as(SUPERUSER):
        yield


@pytest.fixture
def any_role(superuser_session: None, db: None) -> None:
    """Act as the web role from here on, and as any other with `as_role`; all of it is rolled back afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE hotline_web")
