"""How long callers wait: the bounds, and what is told from the last answered calls; no guess is said. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hotline.lines.hours import LinePlan
from hotline.telephony.events import Place

WAIT_TURNS = 240  # a bound for a provider that never says how long someone has waited
WAIT_PAUSE_S = 15
TURNS_BETWEEN_ESTIMATES = 4
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


def waited_s(place: Place, queued_s: int | None) -> int:
    """Give how long the caller has waited in all rounds; a provider that does not say is counted by turns."""
    return place.waited_s + (place.turn * WAIT_PAUSE_S if queued_s is None else queued_s)


def has_waited_enough(plan: LinePlan | None, place: Place, queued_s: int | None) -> bool:
    """Say whether the caller has waited as long as we let anyone wait."""
    most = plan.wait_at_most_s if plan else 0
    return place.turn >= WAIT_TURNS or waited_s(place, queued_s) >= most


def tells_expected_wait(place: Place) -> bool:
    """Say whether this is a turn on which the caller is told how long it may take."""
    return place.turn % TURNS_BETWEEN_ESTIMATES == 0


def say_position(position: int | None) -> str:
    """Word the place in the queue."""
    if not position or position == 1:
        return _("You are next in the queue. Please stay on the line.")
    return _("You are number %(position)d in the queue. Please stay on the line.") % {"position": position}


def say_expected(expected: Expected) -> str:
    """Word how long it will probably take."""
    minutes = {"minutes": expected.minutes}
    if expected.is_beyond_the_limit:
        return (
            ngettext(
                "It may well take more than %(minutes)d minute. We then offer to call you back.",
                "It may well take more than %(minutes)d minutes. We then offer to call you back.",
                expected.minutes,
            )
            % minutes
        )
    return (
        ngettext(
            "Someone usually answers within about %(minutes)d minute.",
            "Someone usually answers within about %(minutes)d minutes.",
            expected.minutes,
        )
        % minutes
    )


def _minutes(seconds: float) -> int:
    return max(1, -int(-seconds // 60))
