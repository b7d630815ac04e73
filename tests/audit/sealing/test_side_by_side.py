"""Recording and sealing at the same time, each in a session of its own."""

import threading

import pytest
from django.db import connection, transaction

from audit.actions import Action
from audit.locks import LOOP_LOCK, try_to_lead
from audit.models import Leaf
from audit.services import record
from audit.verification.findings import Result
from audit.verification.run import verify
from tests.audit.factories import ALICE, make_entries
from tests.audit.roles import seal

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)


def test_an_entry_whose_transaction_commits_late_is_sealed_after_later_ones() -> None:
    """What a scan for higher numbers or later times would have passed over for ever."""
    begun, may_commit = threading.Event(), threading.Event()
    late: list[object] = []

    def record_slowly() -> None:
        with transaction.atomic():
            late.append(record(actor=ALICE, action=Action.TRAIL_SEARCHED))
            begun.set()
            may_commit.wait(10)
        connection.close()

    other = threading.Thread(target=record_slowly)
    other.start()
    begun.wait(10)
    (early,) = make_entries(1)
    assert seal().sealed == 1
    may_commit.set()
    other.join()

    assert seal().sealed == 1

    assert list(Leaf.objects.order_by("index").values_list("entry_id", flat=True)) == [early, *late]
    assert verify().result is Result.WHOLE


def test_only_one_loop_leads() -> None:
    assert try_to_lead()
    answers: list[object] = []

    def ask_too() -> None:
        answers.append(try_to_lead())
        connection.close()

    other = threading.Thread(target=ask_too)
    other.start()
    other.join()

    assert answers == [False]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOOP_LOCK])
