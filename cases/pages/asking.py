"""What the pages of the room have in common: who asks, and how a refusal is told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases.record.refusals import Refusal
from cases.vault.services import Unreadable

View = Callable[..., HttpResponse]

PERMISSION = "cases.work_cases"


def user_of(request: HttpRequest) -> User:
    """Give the signed-in user, whom the gate has let through."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


@contextmanager
def told(request: HttpRequest, done: str = "") -> Iterator[None]:
    """Tell the user that it was done, or why it was refused."""
    try:
        yield
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    else:
        if done:
            messages.success(request, done)


def wants_fragment(request: HttpRequest) -> bool:
    """Tell whether a part of a page was asked for, to be put into the one that is shown."""
    return request.headers.get("HX-Request") == "true"


def opens_text(view: View) -> View:
    """Say so where a text can no longer be opened: its key is destroyed, or it is not the text written there."""

    @wraps(view)
    def opening(request: HttpRequest, reference: str, **more: object) -> HttpResponse:
        try:
            return view(request, reference, **more)
        except Unreadable:
            if wants_fragment(request):
                return render(request, "cases/_unreadable.html")
            return render(request, "cases/unreadable.html", status=HTTPStatus.GONE)

    return opening
