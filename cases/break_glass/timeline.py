"""What emergency openings add to a case's timeline."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.record.models import Case
from cases.record.timeline import TimelineItem, name_of


def for_case(case: Case, _user: User) -> Iterable[TimelineItem]:
    """Tell who opened the case in an emergency, and who looked at it afterwards."""
    for opening in case.emergency_openings.select_related("user", "reviewed_by"):
        moments = [
            (opening.at, _("%(who)s opened the case in an emergency") % {"who": name_of(opening.user)})
        ]
        if opening.reviewed_at and opening.reviewed_by:
            words = {"who": name_of(opening.reviewed_by), "finding": opening.get_finding_display()}
            moments.append((opening.reviewed_at, _("%(who)s signed it off: %(finding)s") % words))
        url = f"{reverse('cases:detail', args=[case.reference])}#openings"
        for at, title in moments:
            yield TimelineItem(at=at, kind="break_glass", title=title, url=url, reference=case.reference)
