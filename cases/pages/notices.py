"""Pages of notices: say that one has been seen."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from audit.gate import requires
from cases.notices.services import see_notice
from cases.pages.asking import PERMISSION, user_of


@require_POST
@requires(PERMISSION)
def see(request: HttpRequest, notice: uuid.UUID) -> HttpResponse:
    """Put a notice away."""
    see_notice(by=user_of(request), notice=notice)
    return redirect("cases:list")
