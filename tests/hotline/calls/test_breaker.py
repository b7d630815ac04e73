"""Who is let to a database that fails, and what a hand does for the one who waits."""

import threading
import time
from contextvars import ContextVar

import pytest

from hotline.calls.breaker import FAILURES, PATIENCE_S, REST_S, Breaker
from hotline.calls.hands import AllTaken, Hands, TooSlow

said: ContextVar[str] = ContextVar("said", default="")


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock=clock)


def opened(breaker: Breaker) -> Breaker:
    for _each in range(FAILURES):
        assert breaker.admits()
        breaker.failed()
    return breaker


def test_it_opens_after_failures_in_a_row_only(breaker: Breaker) -> None:
    for _each in range(10):
        breaker.failed()
        breaker.succeeded()
    assert not breaker.is_open
    assert not opened(breaker).admits()


def test_open_it_admits_one_at_a_time_after_a_rest(breaker: Breaker, clock: Clock) -> None:
    opened(breaker)
    clock.now += REST_S
    assert [breaker.admits() for _each in range(3)] == [True, False, False]
    breaker.failed()
    assert not breaker.admits()
    clock.now += REST_S
    assert breaker.admits()
    breaker.succeeded()
    assert [breaker.admits() for _each in range(3)] == [True, True, True]


def test_a_trial_that_hangs_is_not_joined_by_others_before_patience_ends(
    breaker: Breaker, clock: Clock
) -> None:
    opened(breaker)
    clock.now += REST_S
    assert breaker.admits()
    breaker.timed_out()
    clock.now += PATIENCE_S - 0.1
    assert not breaker.admits()
    clock.now += 0.1
    assert breaker.admits()


def test_an_attempt_that_succeeds_late_closes_it(breaker: Breaker) -> None:
    for _each in range(FAILURES):
        breaker.timed_out()
    assert breaker.is_open
    breaker.succeeded()
    assert breaker.admits()


def test_of_many_threads_that_ask_at_once_one_is_let_in(clock: Clock) -> None:
    breaker = opened(Breaker(clock=clock))
    clock.now += REST_S
    admitted: list[bool] = []
    threads = [threading.Thread(target=lambda: admitted.append(breaker.admits())) for _each in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert admitted.count(True) == 1


def test_a_hand_works_in_the_context_of_who_asks_and_gives_back_result_or_error() -> None:
    hands = Hands(1)
    said.set("hello")
    assert hands.run(said.get, within_s=1) == "hello"
    with pytest.raises(ZeroDivisionError):
        hands.run(lambda: 1 // 0, within_s=1)
    assert hands.run(lambda: 7, within_s=1) == 7


def test_who_waits_for_a_stuck_hand_is_let_go_and_the_hand_tells_how_it_ended() -> None:
    hands, go_on, ended = Hands(2), threading.Event(), threading.Event()
    begun = time.monotonic()
    with pytest.raises(TooSlow):
        hands.run(go_on.wait, within_s=0.05, ended=lambda _error: ended.set())
    with pytest.raises(TooSlow):
        hands.run(go_on.wait, within_s=0.05)
    with pytest.raises(AllTaken):
        hands.run(lambda: None, within_s=0.05)
    assert time.monotonic() - begun < 1
    go_on.set()
    assert ended.wait(1)
    assert hands.run(lambda: 7, within_s=1) == 7
