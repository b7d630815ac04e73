"""My day: everything that waits for the user today, the overdue first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from audit.actions import Action
from audit.gate import actor_of, requires
from audit.services import record_durably
from cases.my_day.queries import read_my_day
from cases.my_day.seam import elsewhere
from cases.pages.asking import PERMISSION, user_of


@require_GET
@never_cache
@requires(PERMISSION)
def show(request: HttpRequest) -> HttpResponse:
    """Show the user's day, by reference; the look is recorded, for it names cases."""
    user, now = user_of(request), timezone.now()
    record_durably(actor=actor_of(request), action=Action.DAY_SEEN)
    context = {"day": read_my_day(user, at=now), "elsewhere": elsewhere(user, now), "now": now}
    return render(request, "cases/my_day.html", context)
