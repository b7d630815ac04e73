"""What is kept for a moment: not read for every call, and not kept longer."""

from types import SimpleNamespace

import pytest
from pytest_django.fixtures import Settings

from hotline.lines import kept
from hotline.lines.kept import Kept


class Reader:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, key: str) -> str:
        self.times += 1
        if key == "broken":
            raise LookupError
        return f"{key} {self.times}"


def test_it_is_read_once_a_moment_and_anew_after_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LINES_KEPT_S = 1.0
    now = [100.0]
    monkeypatch.setattr(kept, "time", SimpleNamespace(monotonic=lambda: now[0]))
    plans = Kept(Reader())
    assert [plans("a"), plans("a"), plans("b")] == ["a 1", "a 1", "b 2"]
    now[0] += 1.1
    assert plans("a") == "a 3"


def test_where_nothing_is_kept_everything_is_read(settings: Settings) -> None:
    settings.LINES_KEPT_S = 0.0
    plans = Kept(Reader())
    assert [plans("a"), plans("a")] == ["a 1", "a 2"]


def test_what_cannot_be_read_is_not_kept_and_nothing_grows_without_bound(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LINES_KEPT_S = 60.0
    monkeypatch.setattr(kept, "MOST", 3)
    plans = Kept(Reader())
    for _time in range(2):
        with pytest.raises(LookupError):
            plans("broken")
    for key in "abcdefgh":
        plans(key)
    assert len(plans._known) <= 3
