"""A trail of some size."""

import pytest
from django.db import transaction

from audit.actions import Action
from audit.models import Checkpoint
from audit.services import record
from audit.verification.findings import Result
from audit.verification.run import verify
from tests.audit.factories import ALICE
from tests.audit.roles import seal

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)


def test_a_trail_of_thousands_is_verified_in_seconds() -> None:
    with transaction.atomic():
        for _ in range(2000):
            record(actor=ALICE, action=Action.TRAIL_SEARCHED, part="some", number=7)
    seal()

    verdict = verify()

    assert (verdict.result, verdict.sealed) == (Result.WHOLE, 2000)
    assert Checkpoint.objects.get().size == 2000
