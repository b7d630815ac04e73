"""The door into the trail."""

import threading
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection, transaction

from audit.actions import Action
from audit.context import Actor, bind_request_id, system_actor
from audit.encoding import FactRefused
from audit.models import Entry, Pending
from audit.reopening import is_authentic
from audit.services import RecordOutsideTransaction, Subject, record, record_durably
from tests.audit.factories import ALICE, make_entry

databases = ["default", "keys"]


@pytest.mark.django_db(databases=databases)
def test_an_entry_says_who_did_what_to_what_when_and_in_which_request() -> None:
    bind_request_id("r-1")
    with time_machine.travel(datetime(2026, 11, 22, 9, 0, 0, 123456, tzinfo=UTC), tick=False):
        identity = record(
            actor=ALICE,
            action=Action.TRAIL_ENTRY_READ,
            subject=Subject(kind="case", reference="A-7KQ2MX"),
            basis="owner",
            times=3,
            late=False,
        )
    bind_request_id("")

    entry = Entry.objects.get(id=identity)
    assert entry.at == datetime(2026, 11, 22, 9, 0, 0, 123456, tzinfo=UTC)
    assert (entry.actor_label, entry.actor_role, entry.request_id) == ("alice", "counsellor", "r-1")
    assert (entry.action, entry.subject_kind, entry.subject_reference) == (
        "trail:entry:read",
        "case",
        "A-7KQ2MX",
    )
    assert entry.facts == {"basis": "owner", "times": 3, "late": False}
    assert Pending.objects.filter(entry=entry).exists()


@pytest.mark.django_db(databases=databases)
def test_what_is_read_back_is_what_the_application_wrote() -> None:
    entry = Entry.objects.get(id=make_entry())

    assert is_authentic(entry)
    entry.actor_label = "bob"
    assert not is_authentic(entry)


@pytest.mark.django_db(databases=databases)
def test_recording_takes_one_statement(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        record(actor=ALICE, action=Action.TRAIL_ENTRY_READ)


@pytest.mark.django_db(databases=databases)
def test_an_entry_without_subject_or_facts_is_whole_too() -> None:
    identity = record(actor=system_actor("worker"), action=Action.TRAIL_SEARCHED)

    entry = Entry.objects.get(id=identity)
    assert (entry.actor_label, entry.subject_kind, entry.facts) == ("system:worker", "", {})


@pytest.mark.django_db(databases=databases)
def test_a_fact_of_another_kind_is_refused_and_nothing_is_written() -> None:
    with pytest.raises(FactRefused):
        record(actor=ALICE, action=Action.TRAIL_SEARCHED, share=0.5)  # type: ignore[arg-type]

    assert not Entry.objects.exists()


def test_recording_outside_a_transaction_is_refused() -> None:
    """Before the database is touched: this test has none."""
    with pytest.raises(RecordOutsideTransaction):
        record(actor=ALICE, action=Action.TRAIL_ENTRY_READ)


@pytest.mark.django_db(databases=databases)
def test_what_is_rolled_back_leaves_no_entry() -> None:
    with transaction.atomic():
        record(actor=ALICE, action=Action.TRAIL_ENTRY_READ)
        transaction.set_rollback(True)

    assert not Entry.objects.exists()
    assert not Pending.objects.exists()


@pytest.mark.django_db(databases=databases)
def test_a_caller_cannot_roll_a_durable_entry_back() -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        record_durably(actor=ALICE, action=Action.TRAIL_ENTRY_READ)
    assert not Entry.objects.exists()

    record_durably(actor=ALICE, action=Action.TRAIL_ENTRY_READ)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError

    assert Entry.objects.count() == 1


@pytest.mark.django_db(databases=databases, transaction=True)
def test_a_durable_entry_is_committed_before_the_call_returns() -> None:
    identity = record_durably(actor=ALICE, action=Action.TRAIL_ENTRY_READ)
    seen: list[bool] = []

    def look() -> None:
        seen.append(Entry.objects.filter(id=identity).exists())
        connection.close()

    other = threading.Thread(target=look)
    other.start()
    other.join()

    assert seen == [True]


def test_an_actor_cannot_be_changed_afterwards() -> None:
    actor = Actor(label="alice", role="counsellor")

    with pytest.raises(AttributeError):
        actor.label = "bob"  # type: ignore[misc]
