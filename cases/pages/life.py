"""Pages of a case's turns: open it again with a reason, and read the reasons given."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.gate import actor_of, requires
from cases import closing
from cases.access import get_case
from cases.pages.asking import PERMISSION, opens_text, told, user_of, wants_fragment
from cases.pages.cases import show_or_send
from cases.pages.life_forms import ReopenForm
from cases.record import services
from cases.record.models import LifeEvent


@show_or_send
@never_cache
@requires(PERMISSION)
def reopen(request: HttpRequest, reference: str) -> HttpResponse:
    """Open a closed case again, with a reason."""
    user, form = user_of(request), ReopenForm(request.POST or None)
    case = get_case(user, reference)
    if not form.is_valid():
        return render(request, "cases/reopen.html", {"case": case, "form": form})
    reason = form.cleaned_data["reason"]
    with told(request, _("The case is open again.")):
        closing.reopen_case(actor=actor_of(request), user=user, case=case, reason=reason)
    return redirect("cases:detail", reference)


@require_POST
@never_cache
@requires(PERMISSION)
@opens_text
def read_reason(request: HttpRequest, reference: str, turn: UUID) -> HttpResponse:
    """Open the reason of a turn: a fragment for the page that asks, a page of its own without script."""
    user = user_of(request)
    case = get_case(user, reference)
    event = get_object_or_404(LifeEvent.objects.select_related("case"), pk=turn, case=case)
    text = services.read_reason(actor=actor_of(request), user=user, event=event)
    template = "cases/_text.html" if wants_fragment(request) else "cases/text.html"
    return render(request, template, {"case": case, "text": text, "title": event.get_kind_display()})
