"""The seam to the case page: which referrals a case has had, for whoever may see the case."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.record.models import Case
from cases.record.timeline import TimelineItem
from referrals.referral.models import Move


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
