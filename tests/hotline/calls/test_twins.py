"""What a caller did is taken in even where the reference drawn for it is another's already."""

from datetime import UTC, datetime
from itertools import chain, repeat

import pytest

from audit.context import system_actor
from cases.record import references
from hotline.calls import intake
from hotline.calls.callbacks import Asking, request_call_back
from hotline.calls.intake import ingest_event
from hotline.calls.models import Call
from hotline.telephony.events import Kind
from tests.hotline.factories import CALLER, event

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def test_a_call_whose_reference_is_another_calls_gets_the_spare_one(monkeypatch: pytest.MonkeyPatch) -> None:
    first = ingest_event(event(Kind.OFFERED, call_id="CAfirst"), received_at=NOON)
    drawn = iter([first.call_reference, "S-222222"])
    monkeypatch.setattr(intake, "new_reference", lambda _prefix: next(drawn))
    second = ingest_event(event(Kind.OFFERED, call_id="CAsecond"), received_at=NOON)
    assert (second.call_reference, second.created, Call.objects.count()) == ("S-222222", True, 2)


def test_a_wished_call_back_draws_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = chain(["B-222222", "B-222222"], repeat("B-333333"))
    monkeypatch.setattr(references, "new_reference", lambda _prefix: next(drawn))
    wished = []
    for call_id in ("CAfirst", "CAsecond"):
        call = ingest_event(event(Kind.OFFERED, call_id=call_id), received_at=NOON)
        asking = Asking(call_id=call.call_id, plan=None, at=NOON)
        wished.append(request_call_back(actor=system_actor("test"), asking=asking, number=CALLER))
    assert [each and each.reference for each in wished] == ["B-222222", "B-333333"]
