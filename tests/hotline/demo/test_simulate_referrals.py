"""Weeks of referrals with silent, slow and bouncing municipalities: none is lost."""

from datetime import date

import pytest

from hotline.demo.referral_functions import Temper
from hotline.demo.simulate_referrals import Simulation
from referrals.referral.models import Referral

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_after_weeks_of_silence_every_referral_has_ended_or_is_with_somebody_by_a_day() -> None:
    simulation = Simulation(days=30, referrals=10, seed=6, first_day=date(2026, 11, 23))
    said = simulation.run().as_json()
    assert (said["made"], said["accounted_percent"], said["unaccounted"]) == (10, 100.0, [])
    assert int(str(said["closed"])) + int(str(said["standing"])) == 10
    assert int(str(said["closed"])) >= 5
    assert set(simulation.report.tempers) == set(Temper), "this seed meets functions of every temper"
    assert set(simulation.report.ladder) == {"reminded", "deputy", "coordination", "supervisor"}
    for referral in Referral.objects.all():
        assert bool(referral.outcome) != bool(referral.next_actor and referral.due_on)
