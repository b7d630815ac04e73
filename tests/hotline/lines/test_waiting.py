"""How long it will take is told from what was, and not at all where too little is known."""

import pytest

from hotline.lines.waiting import FEWEST, Answered, Expected, Queued, expected_wait

EARLIER = [Answered(wait_s=wait_s, talk_s=600) for wait_s in (20, 40, 60, 80, 100, 120, 140)]


def queued(position: int = 1, waited_s: int = 0, on_duty: int = 1, at_most_s: int = 1800) -> Queued:
    return Queued(position=position, waited_s=waited_s, on_duty=on_duty, at_most_s=at_most_s)


@pytest.mark.parametrize(
    ("here", "expected"),
    [
        (queued(), Expected(2)),  # the median of all is 80 s
        (queued(waited_s=50), Expected(1)),  # of the five that waited longer it is 100 s, less the 50
        (queued(position=2), Expected(12)),  # the one ahead takes ten minutes
        (queued(position=3, on_duty=2), Expected(12)),  # two ahead, shared by two
        (queued(at_most_s=60), Expected(1, is_beyond_the_limit=True)),
        (queued(position=9, at_most_s=180), Expected(3, is_beyond_the_limit=True)),
    ],
)
def test_the_typical_wait_of_those_before_is_told(here: Queued, expected: Expected) -> None:
    assert expected_wait(EARLIER, here) == expected


def test_nothing_is_told_where_too_little_is_known() -> None:
    assert expected_wait([], queued()) is None
    assert expected_wait(EARLIER[: FEWEST - 1], queued()) is None
    assert expected_wait(EARLIER, queued(waited_s=90)) is None
    assert expected_wait(EARLIER, queued(on_duty=0)) is None
    without_talks = [Answered(wait_s=each.wait_s, talk_s=None) for each in EARLIER]
    assert expected_wait(without_talks, queued()) == Expected(2)
    assert expected_wait(without_talks, queued(position=2)) is None
