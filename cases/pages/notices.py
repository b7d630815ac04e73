"""Notices on a page: where each leads, and that they have been seen."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST

from audit.gate import requires
from cases.notices.models import Notice, NoticeKind
from cases.notices.services import see_notice, see_up_to
from cases.pages.asking import PERMISSION, user_of

SHOWN = 20
PAGES: dict[str, str] = {
    NoticeKind.CALLER_CODE_STATED: "cases:detail",
    NoticeKind.CASE_BROKEN_OPEN: "cases:detail",
    NoticeKind.FOLLOW_UP_GIVEN: "cases:follow-ups",
    NoticeKind.FOLLOW_UP_DUE: "cases:follow-ups",
    NoticeKind.BREAK_GLASS_TO_REVIEW: "cases:emergencies",
    NoticeKind.HAND_OVER_OFFERED: "cases:detail",
    NoticeKind.HAND_OVER_DECLINED: "cases:detail",
    NoticeKind.HAND_OVER_UNANSWERED: "cases:waiting",
    NoticeKind.SECOND_LOOK_ASKED: "cases:waiting",
    NoticeKind.CO_WORKER_ADDED: "cases:detail",
    NoticeKind.CASE_MERGED: "cases:detail",
    NoticeKind.CASE_GIVEN: "cases:detail",
}
"""Where to go on; what is no longer open to whom it is told leads nowhere. `NOTICE_PAGES` adds the upper rooms'."""


@dataclass(frozen=True, slots=True)
class Row:
    """A notice as a list shows it."""

    notice: Notice
    url: str


def unseen_rows(user: User) -> list[Row]:
    """Give the newest notices a user has not put away."""
    return [Row(notice, _url(notice)) for notice in Notice.objects.unseen_by(user)[:SHOWN]]


@require_POST
@requires(PERMISSION)
def see(request: HttpRequest, notice: uuid.UUID) -> HttpResponse:
    """Put a notice away."""
    see_notice(by=user_of(request), notice=notice)
    return redirect("cases:list")


@require_POST
@requires(PERMISSION)
def see_all(request: HttpRequest, notice: uuid.UUID) -> HttpResponse:
    """Put away this notice, the newest one that the page showed, and all before it."""
    see_up_to(by=user_of(request), notice=notice)
    return redirect("cases:list")


def _url(notice: Notice) -> str:
    name = PAGES.get(notice.kind) or settings.NOTICE_PAGES.get(notice.kind)
    if name is None:
        return ""
    try:
        return reverse(name, args=[notice.reference])
    except NoReverseMatch:
        return reverse(name)
