"""Pages of merging: put another case into this one, and take them apart again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.gate import actor_of, requires
from cases.access import get_case
from cases.merging import services
from cases.merging.models import Merge
from cases.pages.asking import PERMISSION, told, user_of
from cases.pages.cases import show_or_send
from cases.pages.life_forms import MergeForm
from cases.record.refusals import Refusal


@show_or_send
@never_cache
@requires(PERMISSION)
def merge(request: HttpRequest, reference: str) -> HttpResponse:
    """Put another of the user's cases into this one."""
    user = user_of(request)
    case = get_case(user, reference)
    form = MergeForm(request.POST or None, user=user, kept=case)
    if form.is_valid():
        try:
            services.merge_cases(
                actor=actor_of(request), user=user, kept=case, merged=form.cleaned_data["case"]
            )
            messages.success(request, _("The two cases are one now."))
            return redirect("cases:detail", reference)
        except Refusal as refusal:
            form.add_error("case", str(refusal.message))
    return render(request, "cases/merge.html", {"case": case, "form": form})


@require_POST
@requires(PERMISSION)
def undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a merged case out again."""
    user = user_of(request)
    case = get_case(user, reference)
    live = Merge.objects.select_related("kept", "merged").filter(undone_at__isnull=True)
    found = get_object_or_404(live, merged=case)
    with told(request, _("The two cases are apart again.")):
        services.undo_merge(actor=actor_of(request), user=user, merge=found)
    return redirect("cases:detail", reference)
