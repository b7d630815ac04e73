"""What the door tells of a case: the calls behind its contacts."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.record.models import Case
from cases.record.timeline import TimelineItem
from hotline.calls.models import Call


def for_case(case: Case, _user: User) -> Iterable[TimelineItem]:
    """Tell of every call that led to a contact of the case."""
    for call in Call.objects.filter(contact__case=case).select_related("line"):
        yield TimelineItem(
            at=call.offered_at,
            kind="call",
            title=_("Call on %(line)s") % {"line": call.line or "–"},
            url=reverse("desk:call", args=[call.reference]),
            reference=call.reference,
        )
