"""Pages of warnings on a case, and of protected identity."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.gate import actor_of, requires
from cases.access import basis_of, get_case
from cases.pages.asking import PERMISSION, told, user_of
from cases.pages.cases import show_or_send
from cases.pages.life_forms import FlagForm, FlagKindForm, UnprotectForm
from cases.record import services


@show_or_send
@never_cache
@requires(PERMISSION)
def set_flag(request: HttpRequest, reference: str) -> HttpResponse:
    """Put a warning on a case, until a day."""
    user = user_of(request)
    case = get_case(user, reference)
    form = FlagForm(request.POST or None, initial={"version": case.version})
    if not form.is_valid():
        return render(request, "cases/flag_set.html", {"case": case, "form": form})
    with told(request, _("The flag is set.")):
        services.set_flag(actor=actor_of(request), user=user, case=case, **_asked(form))
    return redirect("cases:detail", reference)


@require_POST
@requires(PERMISSION)
def lift_flag(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a warning off a case."""
    user, form = user_of(request), FlagKindForm(request.POST)
    case = get_case(user, reference)
    if form.is_valid():
        with told(request, _("The flag is taken off.")):
            services.lift_flag(actor=actor_of(request), user=user, case=case, **_asked(form))
    return redirect("cases:detail", reference)


def _asked(form: FlagForm | FlagKindForm) -> dict[str, Any]:
    answers = dict(form.cleaned_data)
    return {"expected_version": answers.pop("version"), **answers}


@require_POST
@requires(PERMISSION)
def protect(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a case protected identity, at once."""
    user = user_of(request)
    case = get_case(user, reference)
    with told(request, _("The case has protected identity.")):
        services.protect_case(actor=actor_of(request), user=user, case=case)
    return redirect("cases:detail", reference) if basis_of(user, case) else redirect("cases:list")


@show_or_send
@never_cache
@requires(PERMISSION)
def unprotect(request: HttpRequest, reference: str) -> HttpResponse:
    """Take protected identity off a case, with a reason."""
    user, form = user_of(request), UnprotectForm(request.POST or None)
    case = get_case(user, reference)
    if not form.is_valid():
        return render(request, "cases/unprotect.html", {"case": case, "form": form})
    reason = form.cleaned_data["reason"]
    with told(request, _("Protected identity is taken off.")):
        services.unprotect_case(actor=actor_of(request), user=user, case=case, reason=reason)
    return redirect("cases:detail", reference)
