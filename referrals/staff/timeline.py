"""The seam to the case page: which referrals a case has had, and beginning a new one."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.record.models import Case
from cases.record.timeline import CaseAction, TimelineItem
from referrals.referral.models import Move
from referrals.referral.services import WORKED_ON


def for_case(case: Case, user: User) -> Iterator[TimelineItem]:  # noqa: ARG001 - the seam's signature
    """Give one item for every move of every referral of the case; one query."""
    moves = Move.objects.filter(referral__case=case).select_related("referral", "contact_point")
    for move in moves.order_by("-at"):
        title = _("Referral to %(function)s: %(move)s")
        yield TimelineItem(
            at=move.at,
            kind="referral",
            title=title % {"function": move.contact_point.function, "move": move.get_kind_display()},
            url=reverse("referrals:detail", args=[move.referral.reference]),
            reference=move.referral.reference,
        )


def begin_from_case(case: Case, user: User) -> Iterator[CaseAction]:
    """Offer a new referral while the case is worked on, to whoever may refer."""
    if case.state in WORKED_ON and user.has_perm("referrals.compose"):
        url = reverse("referrals:compose", args=[case.reference])
        yield CaseAction(label=_("New referral"), icon="send", url=url, shortcut="h")
