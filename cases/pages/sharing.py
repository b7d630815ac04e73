"""Pages of co-workers: let a colleague in, take one out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.gate import actor_of, requires
from cases.access import basis_of, get_case
from cases.pages.asking import PERMISSION, told, user_of
from cases.pages.cases import show_or_send
from cases.pages.life_forms import ColleagueForm, PersonForm
from cases.record import services


@show_or_send
@never_cache
@requires(PERMISSION)
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Let a colleague work on a case."""
    user = user_of(request)
    case = get_case(user, reference)
    form = ColleagueForm(request.POST or None, user=user)
    if not form.is_valid():
        return render(request, "cases/co_worker_add.html", {"case": case, "form": form})
    colleague = form.cleaned_data["colleague"]
    with told(request, _("Your colleague works on the case too.")):
        services.add_co_worker(actor=actor_of(request), user=user, case=case, colleague=colleague)
    return redirect("cases:detail", reference)


@require_POST
@requires(PERMISSION)
def remove(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a co-worker out, or leave."""
    user, form = user_of(request), PersonForm(request.POST)
    case = get_case(user, reference)
    if form.is_valid():
        colleague = form.cleaned_data["colleague"]
        with told(request, _("The co-worker is taken out.")):
            services.remove_co_worker(actor=actor_of(request), user=user, case=case, colleague=colleague)
    return redirect("cases:detail", reference) if basis_of(user, case) else redirect("cases:list")
