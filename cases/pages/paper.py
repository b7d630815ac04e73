"""Pages for paper: a note, or a case. Each is an act of its own in the trail, and says who printed it and when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.gate import actor_of, requires
from cases.access import get_case, get_note
from cases.pages.asking import PERMISSION, opens_text, user_of
from cases.pages.case_page import case_page
from cases.record import services
from cases.record.grants import basis_of

WITH_TEXTS = "texts"


@require_POST
@never_cache
@requires(PERMISSION)
@opens_text
def print_note(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a note as it looks on paper."""
    user = user_of(request)
    note = get_note(user, reference)
    text = services.print_note(actor=actor_of(request), user=user, note=note)
    context = {"note": note, "case": note.case, "text": text, **_stamp(request)}
    return render(request, "cases/note_print.html", context)


@require_POST
@never_cache
@requires(PERMISSION)
@opens_text
def print_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a case as it looks on paper; with its texts only where they were asked for."""
    user = user_of(request)
    case = get_case(user, reference)
    with_texts = WITH_TEXTS in request.POST
    printed = services.print_case(actor=actor_of(request), user=user, case=case, with_texts=with_texts)
    page = case_page(case, user, basis=basis_of(user, case))
    return render(request, "cases/case_print.html", {**page, "printed": printed, **_stamp(request)})


def _stamp(request: HttpRequest) -> dict[str, object]:
    return {"printed_by": user_of(request), "printed_at": timezone.now()}
