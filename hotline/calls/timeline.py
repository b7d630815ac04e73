"""Tell a case's timeline about the calls behind its contacts."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from cases.record.models import Case
from cases.record.timeline import TimelineItem
from hotline.calls.models import Call


def for_case(case: Case, _user: User) -> Iterable[TimelineItem]:
    """Tell when someone called about this case; nothing says who, or that two calls came from one telephone."""
    for call in Call.objects.filter(contact__case=case).select_related("line"):
        title = _("Call on %(line)s") % {"line": call.line.name} if call.line else _("Call")
        yield TimelineItem(at=call.offered_at, kind="call", title=title, url="", reference=call.reference)
