"""A button pressed several times at the same moment moves a referral once."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from referrals.referral import services
from referrals.referral.models import Move
from referrals.referral.states import State
from tests.referrals.factories import actor_for, make_case, make_point, make_recipient, make_user, propose


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_two_presses_at_the_same_moment_make_one_move() -> None:
    alice, point, press = make_user("alice", "counsellor"), make_point(), uuid.uuid4()
    rut = make_recipient("rut", point)
    referral = propose(alice, make_case(alice, caller_role="parent"), point)
    services.send_referral(actor=actor_for(alice), user=alice, referral=referral)
    by_rut: dict[str, Any] = {"actor": actor_for(rut), "user": rut, "referral": referral}
    services.open_referral(**by_rut)

    def accept() -> str:
        try:
            return services.accept_referral(**by_rut, client_id=press).state
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        states = [pressed.result() for pressed in [pool.submit(accept) for _thumb in range(4)]]
    assert states == [State.ACCEPTED] * 4
    assert Move.objects.filter(referral=referral, kind="accept").count() == 1
