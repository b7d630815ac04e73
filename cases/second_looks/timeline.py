"""What the second looks add to a case's timeline."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.record.models import Case
from cases.record.timeline import TimelineItem, name_of
from cases.second_looks.models import SecondLookState


def for_case(case: Case, _user: User) -> Iterable[TimelineItem]:
    """Tell of a case's second looks: when they were asked for, and how they were settled."""
    titles = {
        SecondLookState.ANSWERED.value: _("%(of)s answered the second look"),
        SecondLookState.WITHDRAWN.value: _("%(by)s withdrew the second look"),
    }
    for look in case.second_looks.select_related("asked_by", "asked_of"):
        url = f"{reverse('cases:detail', args=[case.reference])}#second-looks"
        of = name_of(look.asked_of) if look.asked_of else _("anyone")
        names = {"by": name_of(look.asked_by), "of": of}
        moments = [(look.asked_at, _("%(by)s asks %(of)s for a second look"))]
        if look.settled_at:
            moments.append((look.settled_at, titles[look.state]))
        for at, title in moments:
            yield TimelineItem(
                at=at, kind="second_look", title=title % names, url=url, reference=look.reference
            )
