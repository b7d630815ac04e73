"""What calls lose with time, and what a case is told of them."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from hotline.calls.intake import ingest_event
from hotline.calls.models import Call
from hotline.calls.retention import forget_fingerprints
from hotline.calls.timeline import for_case
from hotline.telephony.events import Kind
from tests.cases.factories import make_case, make_user
from tests.hotline.factories import event, make_line

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def test_with_its_period_a_fingerprint_is_gone_and_the_call_stays() -> None:
    make_line()
    ingest_event(event(Kind.OFFERED), received_at=NOON)
    period = Call.objects.get().fingerprint_period
    assert period is not None
    assert forget_fingerprints([uuid4()]) == 0
    assert forget_fingerprints([period, uuid4()]) == 1
    call = Call.objects.get()
    assert (call.fingerprint, call.fingerprint_period, call.offered_at) == (None, None, NOON)


def test_a_case_is_told_of_its_calls_and_of_no_others() -> None:
    make_line()
    alice = make_user("alice")
    case, other = make_case(alice), make_case(alice)
    for call_id, contact in (
        ("CAmine", case.contacts.get()),
        ("CAother", other.contacts.get()),
        ("CAnone", None),
    ):
        reference = ingest_event(event(Kind.OFFERED, call_id=call_id), received_at=NOON).call_reference
        Call.objects.filter(reference=reference).update(contact=contact)
    (told,) = for_case(case, alice)
    assert told.reference == Call.objects.get(contact__case=case).reference
    assert (told.at, told.kind) == (NOON, "call")
