"""Pages on which supervisors find an owner for cases that have none, or whose hand-over nobody acknowledged."""

from django import forms
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action
from audit.gate import actor_of, requires
from audit.services import record_durably
from cases.handover.queries import unacknowledged
from cases.pages.asking import told, user_of
from cases.pages.life_forms import ColleagueField
from cases.record.colleagues import WORKING
from cases.record.grants import REVIEW
from cases.record.models import Case
from cases.rehoming import services
from cases.rehoming.queries import without_owner


class OwnerForm(forms.Form):
    """Who takes a case."""

    colleague = ColleagueField(User.objects.none(), label=gettext_lazy("New owner"), empty_label="–")

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer everybody who works with cases, whoever asks among them."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choice = self.fields["colleague"]
        if isinstance(choice, forms.ModelChoiceField):
            working = User.objects.filter(is_active=True, groups__name__in=WORKING)
            choice.queryset = working.distinct().order_by("first_name", "last_name", "username")


@require_GET
@never_cache
@requires(REVIEW)
def show_all(request: HttpRequest) -> HttpResponse:
    """List what waits for an owner, by reference; the look is in the trail before the page is."""
    cases, overdue = list(without_owner()), list(unacknowledged(timezone.now()))
    actor, action = actor_of(request), Action.CASES_UNOWNED_SEEN
    record_durably(actor=actor, action=action, cases=len(cases), hand_overs=len(overdue))
    context = {"cases": cases, "hand_overs": overdue, "form": OwnerForm(auto_id="%s")}
    return render(request, "cases/without_owner.html", context)


@require_POST
@requires(REVIEW)
def give(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a case its owner; one that has an owner is as if it did not exist."""
    form = OwnerForm(request.POST)
    case = _find(reference)
    if form.is_valid():
        with told(request, _("The case has an owner, who is told.")):
            services.give_case(
                actor=actor_of(request),
                user=user_of(request),
                case=case,
                colleague=form.cleaned_data["colleague"],
            )
    return redirect("cases:without-owner")


def _find(reference: str) -> Case:
    waiting = [*without_owner(), *(each.case for each in unacknowledged(timezone.now()))]
    found = next((case for case in waiting if case.reference == reference), None)
    if found is None:
        raise Http404
    return found
