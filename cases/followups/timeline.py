"""What the follow-ups add to a case's timeline."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.followups.models import FollowUp, FollowUpState
from cases.record.models import Case
from cases.record.timeline import TimelineItem


def for_case(case: Case, _user: User) -> Iterable[TimelineItem]:
    """Tell of a case's follow-ups: when they were planned, or when they were settled."""
    titles = {
        FollowUpState.PLANNED.value: _("Follow-up planned for %(day)s"),
        FollowUpState.DONE.value: _("Follow-up done"),
        FollowUpState.MOVED.value: _("Follow-up moved from %(day)s"),
        FollowUpState.CANCELLED.value: _("Follow-up cancelled"),
    }
    for follow_up in FollowUp.objects.filter(case=case):
        yield TimelineItem(
            at=follow_up.settled_at or follow_up.planned_at,
            kind="follow_up",
            title=titles[follow_up.state] % {"day": date_format(follow_up.due_on)},
            url=f"{reverse('cases:detail', args=[case.reference])}#{follow_up.reference}",
            reference=follow_up.reference,
        )
