"""Pages of caller codes: find a case by the code its caller states, give it a new code, stop the code."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.gate import actor_of, requires
from cases.access import get_case
from cases.pages.asking import PERMISSION, told, user_of
from cases.pages.cases import show_or_send
from cases.pages.forms import CodeForm
from cases.record import services
from cases.record.refusals import Refusal
from cases.vault.codes import CodeMistyped


@show_or_send
@never_cache
@requires(PERMISSION)
def find(request: HttpRequest) -> HttpResponse:
    """Open the case whose code the caller states."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            code = form.cleaned_data["code"]
            case = services.find_by_code(actor=actor_of(request), user=user_of(request), code=code)
            return redirect("cases:detail", case.reference)
        except (CodeMistyped, Refusal) as refusal:
            form.add_error("code", str(refusal.message))
    return render(request, "cases/find.html", {"form": form})


@require_POST
@never_cache
@requires(PERMISSION)
def reissue(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a case a new code and show it once; it is in no address and no session."""
    user = user_of(request)
    case = get_case(user, reference)
    code = ""
    with told(request):
        code = services.reissue_caller_code(actor=actor_of(request), user=user, case=case)
    if not code:
        return redirect("cases:detail", reference)
    return render(request, "cases/code.html", {"case": case, "caller_code": code})


@require_POST
@requires(PERMISSION)
def revoke(request: HttpRequest, reference: str) -> HttpResponse:
    """Stop a case's code from working."""
    user = user_of(request)
    case = get_case(user, reference)
    with told(request, _("The caller code no longer works.")):
        services.revoke_caller_code(actor=actor_of(request), user=user, case=case)
    return redirect("cases:detail", reference)
