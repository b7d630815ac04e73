"""The supervisor's page on how our calls agree with the provider's record: every difference, by our reference."""

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from audit.gate import requires
from hotline.calls.models import Gap, Reconciliation
from hotline.calls.proof import proofs
from hotline.lines.models import Line

RUNS_SHOWN = 14
GAPS_A_PAGE = 100


@require_GET
@never_cache
@requires("hotline.supervise_line")
def reconciliations(request: HttpRequest) -> HttpResponse:
    """Show the newest comparisons, what each line's proof is, and every difference found."""
    runs = Reconciliation.objects.annotate(differences=Count("gaps")).order_by("-at")[:RUNS_SHOWN]
    gaps = Gap.objects.select_related("call__line", "found_in").order_by(
        "-found_in__at", "is_repaired", "call__offered_at", "pk"
    )
    names = dict(Line.objects.values_list("pk", "name"))
    context = {
        "runs": runs,
        "page": Paginator(gaps, GAPS_A_PAGE).get_page(request.GET.get("page")),
        "lines": [(names[proof.line], proof) for proof in proofs(timezone.now())],
    }
    return render(request, "hotline/desk/reconciliation.html", context)
