"""Weeks of referrals with silent, slow and bouncing municipalities: none is lost."""

from datetime import date

import pytest

from hotline.demo.simulate_referrals import Simulation
from referrals.referral.models import Referral

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_after_weeks_of_silence_every_referral_has_ended_or_is_with_somebody_by_a_day() -> None:
    simulation = Simulation(days=30, referrals=20, seed=3, first_day=date(2026, 11, 23))
    said = simulation.run().as_json()
    assert (said["made"], said["accounted_percent"], said["unaccounted"]) == (20, 100.0, [])
    assert int(str(said["closed"])) + int(str(said["standing"])) == 20
    assert int(str(said["closed"])) >= 10
    assert simulation.report.ladder["reminded"] > 0
    assert simulation.report.ladder["supervisor"] > 0
    for referral in Referral.objects.all():
        assert bool(referral.outcome) != bool(referral.next_actor and referral.due_on)
