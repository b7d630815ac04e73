"""The timeline: every room adds what it knows, newest first, without content."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from cases.record.models import Case
from cases.record.timeline import TimelineItem, collect
from tests.cases.factories import make_case, make_follow_up, make_note, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
LATER = datetime(2999, 1, 1, tzinfo=UTC)


def another_room(_case: Case, _user: User) -> list[TimelineItem]:
    """Tell of one thing, as a room above would."""
    return [
        TimelineItem(
            at=LATER, kind="referral", title="Sent", url="/referrals/H-234567/", reference="H-234567"
        )
    ]


def test_the_room_tells_of_its_contacts_notes_and_follow_ups(settings: Settings) -> None:
    settings.CASE_TIMELINE = ["cases.record.timeline.for_case", "cases.followups.timeline.for_case"]
    alice = make_user("alice")
    case = make_case(alice, summary="secret summary")
    note, follow_up = make_note(case, alice, "secret note"), make_follow_up(case, alice, text="secret plan")
    items = collect(case, alice)
    references = {item.reference for item in items}
    assert references == {case.reference, case.contacts.get().reference, note.reference, follow_up.reference}
    assert [item.at for item in items] == sorted((item.at for item in items), reverse=True)
    assert "secret" not in str(items)


def test_a_room_above_is_asked_by_its_name_in_the_settings(settings: Settings) -> None:
    settings.CASE_TIMELINE = ["cases.record.timeline.for_case", f"{__name__}.another_room"]
    alice = make_user("alice")
    assert collect(make_case(alice), alice)[0].reference == "H-234567"
