"""The supervisor's way to send a caller to a message for a while, and to let them through again."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.gate import actor_of, requires
from cases.pages.asking import told, user_of
from hotline.calls.models import Call
from hotline.desk import diversions
from hotline.lines.diversions import lift


@require_GET
@never_cache
@requires("hotline.supervise_line")
def diversion_list(request: HttpRequest) -> HttpResponse:
    """Show who is sent to a message, and who was."""
    now = timezone.now()
    context = {"now": now, "diversions": diversions.diversions(now), "most": diversions.MOST_ROWS}
    return render(request, "hotline/desk/diversions.html", context)


@require_POST
@requires("hotline.supervise_line")
def divert(request: HttpRequest, reference: str) -> HttpResponse:
    """Send the caller of one call to a message for one, four or twenty-four hours."""
    call = get_object_or_404(Call, reference=reference)
    hours = {str(each): each for each in diversions.HOURS}.get(request.POST.get("hours", ""))
    if hours is None:
        raise Http404
    with told(request, _("The caller hears a message from the next call on. The advice to dial 112 stays.")):
        diversions.send_to_message(actor=actor_of(request), user=user_of(request), call=call, hours=hours)
    return redirect("diversions:list")


@require_POST
@requires("hotline.supervise_line")
def diversion_lift(request: HttpRequest, diversion: uuid.UUID) -> HttpResponse:
    """Let a caller through again."""
    if lift(actor=actor_of(request), diversion=diversion):
        messages.success(request, _("The caller is let through again."))
    else:
        messages.info(request, _("That was over already. Nothing was changed."))
    return redirect("diversions:list")
