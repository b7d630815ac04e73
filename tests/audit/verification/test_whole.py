"""A trail that nobody touched."""

import pytest

from audit.reopening import NothingToReopen, reopen_trail
from audit.verification.findings import Result
from audit.verification.run import verify
from tests.audit.factories import make_entries, make_person
from tests.audit.roles import seal

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("any_role")]


def test_an_empty_trail_is_whole() -> None:
    assert verify().result is Result.WHOLE


def test_a_sealed_trail_with_more_waiting_is_whole() -> None:
    make_entries(3)
    seal()
    make_entries(2)
    seal()
    make_entries(1)

    verdict = verify()

    assert verdict.findings == []
    assert verdict.result is Result.WHOLE
    assert (verdict.sealed, verdict.waiting, verdict.checkpoints) == (5, 1, 2)


def test_a_whole_trail_is_not_reopened() -> None:
    alice, bob = make_person("alice", "auditor"), make_person("bob", "auditor")
    with pytest.raises(NothingToReopen):
        reopen_trail(first=alice, second=bob, reason="Why not.")
    make_entries(2)
    seal()

    with pytest.raises(NothingToReopen):
        reopen_trail(first=alice, second=bob, reason="Why not.")
