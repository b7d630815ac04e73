"""What the pages of the room have in common: who asks, and how a refusal is told."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from cases.record.refusals import Refusal

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
