"""Pages of a case: the list, the case itself, and what can be done with it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.gate import actor_of, requires
from cases import closing
from cases.access import get_case
from cases.handover.queries import waiting_for
from cases.pages.asking import PERMISSION, told, user_of
from cases.pages.case_page import case_page, may_move
from cases.pages.forms import ClosingForm, PlaceForm
from cases.pages.life_forms import WaitForm
from cases.pages.listing import my_cases
from cases.pages.notices import unseen_rows
from cases.record import services
from cases.second_looks.queries import open_to

show_or_send = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
@never_cache
@requires(PERMISSION)
def show_list(request: HttpRequest) -> HttpResponse:
    """List the cases the user may open, and what they have not yet been told."""
    user = user_of(request)
    context = {
        "cases": my_cases(user),
        "finished": my_cases(user, finished=True),
        "notices": unseen_rows(user),
        "waiting": waiting_for(user).count() + open_to(user).count(),
    }
    return render(request, "cases/list.html", context)


@require_GET
@never_cache
@requires(PERMISSION)
def show(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a case; the look is in the trail before the page is."""
    user = user_of(request)
    case = get_case(user, reference)
    basis = services.look_at_case(actor=actor_of(request), user=user, case=case)
    return render(request, "cases/detail.html", case_page(case, user, basis=basis))


@show_or_send
@never_cache
@requires(PERMISSION)
def wait(request: HttpRequest, reference: str) -> HttpResponse:
    """Put a case to wait, until a day on which it comes back by itself."""
    user, form = user_of(request), WaitForm(request.POST or None)
    case = get_case(user, reference)
    if not form.is_valid():
        return render(request, "cases/wait.html", {"case": case, "form": form})
    until, reason = form.cleaned_data["until"], form.cleaned_data["reason"]
    with told(request, _("The case is waiting.")):
        services.wait_case(actor=actor_of(request), user=user, case=case, until=until, reason=reason)
    return redirect("cases:detail", reference)


@require_POST
@requires(PERMISSION)
def resume(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a case up again."""
    user = user_of(request)
    case = get_case(user, reference)
    with told(request, _("The case is open.")):
        services.resume_case(actor=actor_of(request), user=user, case=case)
    return redirect("cases:detail", reference)


@show_or_send
@never_cache
@requires(PERMISSION)
def request_closing(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask how the case ended."""
    user, form = user_of(request), ClosingForm(request.POST or None)
    case = get_case(user, reference)
    if not form.is_valid():
        return render(request, "cases/closing.html", {"case": case, "form": form, "may": may_move(case)})
    outcome = form.cleaned_data["outcome"]
    with told(request, _("The outcome is noted. The case can now be closed.")):
        closing.request_closing(actor=actor_of(request), user=user, case=case, outcome=outcome)
    return redirect("cases:detail", reference)


@require_POST
@requires(PERMISSION)
def close(request: HttpRequest, reference: str) -> HttpResponse:
    """Close a case."""
    user = user_of(request)
    case = get_case(user, reference)
    with told(request, _("The case is closed.")):
        closing.close_case(actor=actor_of(request), user=user, case=case)
    return redirect("cases:detail", reference)


@show_or_send
@never_cache
@requires(PERMISSION)
def change_municipality(request: HttpRequest, reference: str) -> HttpResponse:
    """Say which municipality the case concerns."""
    user = user_of(request)
    case = get_case(user, reference)
    form = PlaceForm(
        request.POST or None, initial={"version": case.version, "municipality": case.municipality_id}
    )
    if not form.is_valid():
        return render(request, "cases/municipality.html", {"case": case, "form": form})
    place, version = form.cleaned_data["municipality"], form.cleaned_data["version"]
    with told(request, _("The municipality is noted.")):
        services.change_municipality(
            actor=actor_of(request), user=user, case=case, municipality=place, expected_version=version
        )
    return redirect("cases:detail", reference)
