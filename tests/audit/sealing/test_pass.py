"""One pass of the sequencer."""

import pytest
from django.conf import settings

from audit.external import ExternalLog
from audit.models import Checkpoint, Leaf, Pending
from tests.audit.factories import make_entries
from tests.audit.roles import seal

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)


def test_everything_that_waits_gets_a_place_and_a_signed_head() -> None:
    entries = make_entries(3)

    result = seal()

    assert (result.size, result.sealed) == (3, 3)
    assert list(Leaf.objects.order_by("index").values_list("entry_id", flat=True)) == entries
    assert not Pending.objects.exists()
    head = ExternalLog.of(settings.AUDIT_CHECKPOINT_DIR, 1).newest()
    assert head is not None
    assert (head.size, head.root) == (3, result.root)
    assert bytes(Checkpoint.objects.get().root) == result.root
