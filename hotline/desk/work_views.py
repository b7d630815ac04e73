"""The work lists: call-backs to make, callers missed, conversations not yet logged."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.gate import actor_of, requires
from cases.pages.asking import told
from hotline.calls import missed, worklists
from hotline.calls.missed import MissedCaller
from hotline.calls.models import Call, CallBack
from hotline.calls.worklists import WorkCount

ROWS = 50


@require_GET
@never_cache
@requires("hotline.view_desk")
def call_backs(request: HttpRequest) -> HttpResponse:
    """List the call-backs to make, overdue first; and those that expired."""
    at = timezone.now()
    expired = worklists.expired_call_backs(at=at)[:ROWS]
    rows = worklists.due_call_backs(at=at)
    return listed(
        request, "hotline/desk/call_backs.html", rows, lambda counts: counts.call_backs, expired=expired
    )


@require_GET
@never_cache
@requires("hotline.view_desk")
def missed_calls(request: HttpRequest) -> HttpResponse:
    """List the callers nobody answered and who asked for no call-back, those to be signed off first."""
    rows = MissedCallers(timezone.now())
    return listed(request, "hotline/desk/missed.html", rows, lambda counts: counts.missed.callers)


@require_POST
@requires("hotline.supervise_line")
def sign_off(request: HttpRequest, reference: str) -> HttpResponse:
    """Sign a caller's missed calls off as lost."""
    call = get_object_or_404(Call, reference=reference)
    with told(request, _("Signed off as lost.")):
        missed.sign_off_lost(actor=actor_of(request), reference=call.reference, at=timezone.now())
    return redirect("desk:missed")


@require_GET
@never_cache
@requires("hotline.view_desk")
def unlogged(request: HttpRequest) -> HttpResponse:
    """List the conversations nobody has logged, the oldest first."""
    rows = worklists.unlogged_calls()
    return listed(request, "hotline/desk/unlogged.html", rows, lambda counts: counts.unlogged)


class MissedCallers(Sequence[MissedCaller]):
    """The missed callers, read a page at a time."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def __len__(self) -> int:
        """Count them."""
        return missed.count_missed(at=self._at).callers

    def __getitem__(self, where: object) -> list[MissedCaller]:  # type: ignore[override]
        """Read one page; nothing else is asked for."""
        if not isinstance(where, slice):
            raise TypeError
        skip = where.start or 0
        return missed.missed_callers(at=self._at, most=(where.stop or 0) - skip, skip=skip)


def listed(
    request: HttpRequest,
    template: str,
    rows: QuerySet[Call] | QuerySet[CallBack] | MissedCallers,
    length: Callable[[WorkCount], int],
    **more: object,
) -> HttpResponse:
    """Show a page of a list; how long it is, is among the counts of all lists, which stand above each of them."""
    counts = worklists.count_work(at=timezone.now())
    pages = Paginator(rows, ROWS)
    pages.count = length(counts)
    page: Page[object] = pages.get_page(request.GET.get("page"))
    return render(request, template, {"page": page, "counts": counts, **more})
