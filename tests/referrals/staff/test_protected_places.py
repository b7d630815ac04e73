"""The place of a case with protected identity is in no list of referrals, and on no page of one who may not open it."""

import pytest
from pytest_django import Settings

from cases.record.models import Case
from tests.cases.factories import signed_in
from tests.referrals.factories import make_case, make_point, make_user, propose

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_it_is_seen_only_by_who_may_open_the_case_and_on_its_own_page(settings: Settings) -> None:
    settings.SECOND_FACTOR_FORCED = False
    alice, sam = make_user("alice", "counsellor"), make_user("sam", "supervisor")
    case = make_case(alice)
    referral = propose(alice, case, make_point())
    place = f"· {referral.contact_point.area_name}"
    owner, supervisor = signed_in(alice), signed_in(sam)
    pages = [(client, path) for client in (owner, supervisor) for path in paths(referral.reference)]
    assert [place in client.get(path).content.decode() for client, path in pages] == [True] * 4
    Case.objects.filter(pk=case.pk).update(protected=True)
    shown = [place in client.get(path).content.decode() for client, path in pages]
    assert shown == [False, True, False, False]


def paths(reference: str) -> tuple[str, str]:
    return "/referrals/", f"/referrals/{reference}/"
