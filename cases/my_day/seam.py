"""The seam of My day: every room adds what waits for one person there; this room knows none of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class DayItem:
    """One thing that waits: what, where to go, by when; a reference, never content."""

    title: str
    url: str
    reference: str
    by: datetime | None = None
    is_late: bool = False


Teller = Callable[[User, datetime], Iterable[DayItem]]


def elsewhere(user: User, at: datetime) -> list[DayItem]:
    """Ask every room named in `settings.MY_DAY` what waits for a person now; what is late comes first."""
    tellers: list[Teller] = [import_string(name) for name in settings.MY_DAY]
    items = [item for teller in tellers for item in teller(user, at)]
    return sorted(items, key=lambda item: not item.is_late)
