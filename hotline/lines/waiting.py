"""How long a caller will probably wait, told from the last answered calls; no guess is said. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

FEWEST = 5  # fewer answered calls than these tell nothing


@dataclass(frozen=True, slots=True)
class Answered:
    """One earlier call that was answered: how long it waited, and how long it kept the counsellor."""

    wait_s: int
    talk_s: int | None


@dataclass(frozen=True, slots=True)
class Queued:
    """Where a caller stands: the place in the queue, the wait so far, how many answer, and the longest wait."""

    position: int
    waited_s: int
    on_duty: int
    at_most_s: int


@dataclass(frozen=True, slots=True)
class Expected:
    """What the caller is told: whole minutes, at least one. Beyond the limit they are the minutes until the limit."""

    minutes: int
    is_beyond_the_limit: bool = False


def expected_wait(earlier: Sequence[Answered], queued: Queued) -> Expected | None:
    """Tell how much longer it will probably take; none where too few calls were answered to say.

    Of those answered earlier, only those count that waited longer than this caller has: half of them were answered
    within the median. Whoever stands further ahead takes one of the counsellors for a talk of median length.
    """
    longer = [each.wait_s for each in earlier if each.wait_s >= queued.waited_s]
    talks = [each.talk_s for each in earlier if each.talk_s]
    if len(longer) < FEWEST or not queued.on_duty:
        return None
    ahead = max(queued.position, 1) - 1
    if ahead and len(talks) < FEWEST:
        return None
    ahead_s = ahead * median(talks) / queued.on_duty if ahead else 0
    still_s = median(longer) - queued.waited_s + ahead_s
    left_s = max(queued.at_most_s - queued.waited_s, 0)
    if still_s > left_s:
        return Expected(_minutes(left_s), is_beyond_the_limit=True)
    return Expected(_minutes(still_s))


def _minutes(seconds: float) -> int:
    return max(1, -int(-seconds // 60))
