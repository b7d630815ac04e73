"""Pages of emergency openings: the supervisors' queue, the reason, the finding; and leaving before the time is up."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action
from audit.gate import actor_of, requires
from audit.services import record_durably
from cases.access import get_opening
from cases.break_glass import services
from cases.break_glass.models import BreakGlass
from cases.break_glass.queries import reviewed_openings, waiting_openings
from cases.pages.asking import PERMISSION, told, user_of
from cases.pages.door_forms import ReviewForm
from cases.record.grants import REVIEW
from cases.record.refusals import Refusal

ROWS, EARLIER = 25, 10


@require_GET
@never_cache
@requires(REVIEW)
def show_queue(request: HttpRequest) -> HttpResponse:
    """List the emergency openings that wait for a look, and the last that had one; the look is recorded."""
    record_durably(actor=actor_of(request), action=Action.GLASS_QUEUE_SEEN)
    page = Paginator(waiting_openings(), ROWS).get_page(request.GET.get("page"))
    earlier = reviewed_openings()[:EARLIER]
    context = {"page": page, "earlier": earlier, "now": timezone.now()}
    return render(request, "cases/emergencies.html", context)


@require_POST
@never_cache
@requires(PERMISSION)
def read(request: HttpRequest, opening: UUID) -> HttpResponse:
    """Open the reason; who reviews answers on the same page."""
    found = get_opening(user_of(request), opening)
    return _page(request, found, form=ReviewForm() if _may_review(request, found) else None)


@require_POST
@never_cache
@requires(REVIEW)
def review(request: HttpRequest, opening: UUID) -> HttpResponse:
    """Sign an opening off; where something is missing, the words stay on the page."""
    user, form = user_of(request), ReviewForm(request.POST)
    found = get_opening(user, opening)
    if not form.is_valid():
        return _page(request, found, form=form)
    try:
        services.review_opening(actor=actor_of(request), user=user, opening=found, **form.found())
    except Refusal as refusal:
        form.add_error(None, str(refusal.message))
        return _page(request, found, form=form)
    messages.success(request, _("The opening is signed off."))
    return redirect("cases:emergencies")


@require_POST
@requires(PERMISSION)
def leave(request: HttpRequest, opening: UUID) -> HttpResponse:
    """End one's own emergency opening before its time."""
    user = user_of(request)
    found = get_opening(user, opening)
    with told(request, _("The case is closed to you again.")):
        services.leave_case(actor=actor_of(request), user=user, opening=found)
    return redirect("cases:list")


def _may_review(request: HttpRequest, opening: BreakGlass) -> bool:
    user = user_of(request)
    return user.has_perm(REVIEW) and opening.user_id != user.pk and not opening.finding


def _page(request: HttpRequest, opening: BreakGlass, *, form: ReviewForm | None) -> HttpResponse:
    texts = services.read_opening(actor=actor_of(request), user=user_of(request), opening=opening)
    return render(request, "cases/emergency.html", {"opening": opening, "texts": texts, "form": form})
