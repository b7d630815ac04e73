"""Notices: written to each user, put away by that user only."""

import pytest

from cases.notices.models import Notice, NoticeKind
from cases.notices.services import notify, see_notice, see_up_to
from cases.pages.notices import unseen_rows
from tests.cases.factories import make_user

pytestmark = pytest.mark.django_db


def test_everyone_who_is_told_gets_a_notice_of_their_own() -> None:
    alice, bob = make_user("alice"), make_user("bob")
    notify(users=[alice, bob], kind=NoticeKind.REFERRAL_ANSWERED, reference="H-234567")
    assert {notice.user for notice in Notice.objects.all()} == {alice, bob}
    assert [notice.reference for notice in Notice.objects.unseen_by(alice)] == ["H-234567"]


def test_bob_cannot_put_away_what_alice_was_told() -> None:
    alice, bob = make_user("alice"), make_user("bob")
    (notice,) = notify(users=[alice], kind=NoticeKind.FOLLOW_UP_GIVEN, reference="U-234567")
    assert not see_notice(by=bob, notice=notice.pk)
    assert list(Notice.objects.unseen_by(alice)) == [notice]
    assert see_notice(by=alice, notice=notice.pk)
    assert not see_notice(by=alice, notice=notice.pk)
    assert not Notice.objects.unseen_by(alice).exists()


def test_all_that_a_page_showed_is_put_away_at_once_and_nothing_newer_nor_of_others() -> None:
    alice, bob = make_user("alice"), make_user("bob")
    first, _bobs = notify(users=[alice, bob], kind=NoticeKind.REFERRAL_OPENED, reference="H-234567")
    (newest,) = notify(users=[alice], kind=NoticeKind.REFERRAL_ANSWERED, reference="H-234567")
    (later,) = notify(users=[alice], kind=NoticeKind.CASE_GIVEN, reference="A-234567")
    assert not see_up_to(by=bob, notice=newest.pk)
    assert see_up_to(by=alice, notice=newest.pk) == 2
    first.refresh_from_db()
    assert first.seen_at
    assert list(Notice.objects.unseen_by(alice)) == [later]
    assert Notice.objects.unseen_by(bob).count() == 1


def test_a_notice_leads_to_what_it_tells_of_in_this_room_or_above() -> None:
    alice = make_user("alice")
    for kind, reference in (
        (NoticeKind.CASE_GIVEN, "A-234567"),
        (NoticeKind.REFERRAL_OPENED, "H-234567"),
        (NoticeKind.FOLLOW_UP_GIVEN, "U-234567"),
        (NoticeKind.CASE_TAKEN, "A-345678"),
    ):
        notify(users=[alice], kind=kind, reference=reference)
    leads = {row.notice.kind: row.url for row in unseen_rows(alice)}
    assert leads == {
        "case_given": "/cases/A-234567/",
        "referral_opened": "/referrals/H-234567/",
        "follow_up_given": "/cases/follow-ups/",
        "case_taken": "",
    }
