"""Notices: written to each user, put away by that user only."""

import pytest

from cases.notices.models import Notice, NoticeKind
from cases.notices.services import notify, see_notice
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
