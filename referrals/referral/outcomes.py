"""Which outcomes a person may choose; the other two are set by what happened."""

from __future__ import annotations

from referrals.referral.states import Outcome

CHOOSABLE = frozenset(Outcome) - {Outcome.NEVER_ANSWERED, Outcome.WITHDRAWN}


class OutcomeMissing(ValueError):
    """A referral ends with an outcome; choose one."""


def checked(outcome: Outcome | str) -> Outcome:
    """Give the outcome where a person may choose it. Errors: OutcomeMissing."""
    if outcome not in CHOOSABLE:
        raise OutcomeMissing
    return Outcome(outcome)
