"""Pages of a closed door: type a reference, see whom to ask, open the case in an emergency."""

from http import HTTPStatus

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.gate import actor_of, requires
from cases.access import basis_of
from cases.break_glass.knocks import ClosedDoor, knock, look_again
from cases.break_glass.services import break_glass
from cases.pages.asking import PERMISSION, user_of
from cases.pages.door_forms import EmergencyForm, Pass, PassForm, pass_of
from cases.pages.search import search_page
from cases.pages.search_forms import GoForm
from cases.record.models import Case
from cases.record.refusals import Refusal


@require_POST
@never_cache
@requires(PERMISSION)
def go(request: HttpRequest) -> HttpResponse:
    """Go to a case by its reference; one that is not open to the user has a closed door, or none at all."""
    form = GoForm(request.POST)
    if not form.is_valid():
        return search_page(request, go=form)
    try:
        reference = form.cleaned_data["reference"]
        found = knock(actor=actor_of(request), user=user_of(request), reference=reference)
    except Refusal as refusal:
        form.add_error("reference", str(refusal.message))
        return search_page(request, go=form, status=HTTPStatus.TOO_MANY_REQUESTS)
    if isinstance(found, Case):
        return redirect("cases:detail", found.reference)
    if found is None:
        form.add_error("reference", _("There is no case with this reference, or none that you may know of."))
        return search_page(request, go=form, status=HTTPStatus.NOT_FOUND)
    return _door(request, found)


@require_POST
@never_cache
@requires(PERMISSION)
@reauthentication_required
def prove(request: HttpRequest) -> HttpResponse:
    """Show the door once more to somebody who has just proved who they are; only the pass went the long way round."""
    case, _given = _behind(request)
    return _door(request, _door_again(request, case)) if case else _gone(request)


@require_POST
@never_cache
@requires(PERMISSION)
def open_in_emergency(request: HttpRequest) -> HttpResponse:
    """Open the case for three hours; what is missing comes back with the words as they were."""
    user, form = user_of(request), EmergencyForm(request.POST)
    case, given = _behind(request)
    if case is None or given is None:
        return _gone(request)
    if not given.proven or not form.is_valid():
        return _door(request, _door_again(request, case), form=form if given.proven else None)
    try:
        reason, record = form.cleaned_data["reason"], form.cleaned_data["record"]
        break_glass(actor=actor_of(request), user=user, case=case, reason=reason, record=record)
    except Refusal as refusal:
        form.add_error(None, str(refusal.message))
        return _door(request, _door_again(request, case), form=form)
    messages.success(request, _("The case is open to you for three hours. Its owner has been told."))
    return redirect("cases:detail", case.reference)


def _behind(request: HttpRequest) -> tuple[Case | None, Pass | None]:
    """Give the case behind the door that the pass is for."""
    form = PassForm(request.POST)
    given = pass_of(user_of(request), form.cleaned_data["door"]) if form.is_valid() else None
    return (get_object_or_404(Case, pk=given.case), given) if given else (None, None)


def _door_again(request: HttpRequest, case: Case) -> ClosedDoor | Case:
    user = user_of(request)
    if basis_of(user, case):
        return case
    found = look_again(actor=actor_of(request), user=user, case=case)
    if found is None:
        raise Http404
    return found


def _door(
    request: HttpRequest, door: ClosedDoor | Case, *, form: EmergencyForm | None = None
) -> HttpResponse:
    if isinstance(door, Case):
        return redirect("cases:detail", door.reference)
    proven = form is not None or not is_reauthentication_required(request, app="cases")
    sealed = Pass(case=door.case.pk, proven=proven).sealed_for(user_of(request))
    if proven and form is None:
        form = EmergencyForm(initial={"door": sealed})
    return render(request, "cases/door.html", {"door": door, "form": form, "sealed": sealed})


def _gone(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("The door has closed. Type the reference again."))
    return redirect("cases:search")
