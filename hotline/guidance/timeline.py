"""Tell a case's timeline what was ticked off in its conversations."""

from collections.abc import Iterable
from itertools import groupby

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import ngettext

from cases.record.models import Case
from cases.record.timeline import TimelineItem
from hotline.guidance.models import Tick
from hotline.guidance.queries import ticked


def for_case(case: Case, _user: User) -> Iterable[TimelineItem]:
    """Tell which checklists were used, and how many of their lines were done."""
    ticks = sorted(ticked(list(case.contacts.values_list("pk", flat=True))), key=_which)
    for _key, group in groupby(ticks, key=_which):
        yield _item(list(group))


def _which(tick: Tick) -> tuple[str, str]:
    return str(tick.contact_id), str(tick.item.checklist_id)


def _item(ticks: list[Tick]) -> TimelineItem:
    first = ticks[0]
    title = ngettext(
        "Checklist %(title)s: %(number)d line done", "Checklist %(title)s: %(number)d lines done", len(ticks)
    ) % {"title": first.item.checklist.title, "number": len(ticks)}
    url = reverse("cases:contact", args=[first.contact.reference])
    return TimelineItem(
        at=first.at, kind="checklist", title=title, url=url, reference=first.contact.reference
    )
