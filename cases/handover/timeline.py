"""What the hand-overs add to a case's timeline."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.handover.models import HandOverState
from cases.record.models import Case
from cases.record.timeline import TimelineItem, name_of


def for_case(case: Case, _user: User) -> Iterable[TimelineItem]:
    """Tell of a case's hand-overs: when they were offered, and how they were settled."""
    titles = {
        HandOverState.ACKNOWLEDGED.value: _("%(to)s acknowledged the hand-over from %(from)s"),
        HandOverState.DECLINED.value: _("%(to)s declined the hand-over from %(from)s"),
        HandOverState.WITHDRAWN.value: _("%(from)s withdrew the hand-over to %(to)s"),
    }
    for each in case.hand_overs.select_related("from_user", "to_user"):
        url = f"{reverse('cases:detail', args=[case.reference])}#hand-overs"
        names = {"from": name_of(each.from_user), "to": name_of(each.to_user)}
        moments = [(each.offered_at, _("%(from)s hands the case over to %(to)s"))]
        if each.settled_at:
            moments.append((each.settled_at, titles[each.state]))
        for at, title in moments:
            yield TimelineItem(
                at=at, kind="hand_over", title=title % names, url=url, reference=each.reference
            )
