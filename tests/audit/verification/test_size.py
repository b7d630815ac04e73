"""A trail of some size."""

import pytest

from audit.models import Checkpoint
from audit.verification.findings import Result
from audit.verification.run import verify
from tests.audit.factories import make_many
from tests.audit.roles import seal

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("any_role")]


def test_a_trail_longer_than_is_sealed_and_read_at_once_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.appending.BATCH", 250)
    monkeypatch.setattr("audit.verification.inside.BATCH", 200)
    monkeypatch.setattr("audit.verification.copies.BATCH", 2)
    make_many(600)
    seal()

    verdict = verify()

    assert (verdict.result, verdict.sealed) == (Result.WHOLE, 600)
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [250, 500, 600]
