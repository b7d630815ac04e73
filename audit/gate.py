"""The gate in front of every page: who may pass, and a trace of everyone who was refused."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record_durably

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class ActorMissing(RuntimeError):
    """The request carries no actor: the middleware that names who acts has not run."""


def requires(permission: str, *others: str) -> Callable[[View[P]], View[P]]:
    """Let through only who holds a permission; the anonymous go to sign in, the others are recorded and refused.

    Any one of `others` is enough too; the trail names the first. The view carries them as `required_permission` and
    `sufficient_permissions`, so that a test can ask for every page as everybody.
    """
    sufficient = frozenset({permission, *others})

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not any(request.user.has_perm(each) for each in sufficient):
                refuse(request, permission)
            return view(request, *args, **kwargs)

        guarded.required_permission = permission  # type: ignore[attr-defined]
        guarded.sufficient_permissions = sufficient  # type: ignore[attr-defined]
        return guarded

    return guard


def refuse(request: HttpRequest, permission: str) -> None:
    """Record, beyond the reach of any rollback, that somebody signed in was refused, then refuse."""
    match = request.resolver_match
    page = Subject(kind="page", reference=match.view_name if match else "")
    record_durably(actor=actor_of(request), action=Action.ACCESS_REFUSED, subject=page, permission=permission)
    raise PermissionDenied


def actor_of(request: HttpRequest) -> Actor:
    """Say who acts in this request, as the middleware found."""
    actor: object = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        raise ActorMissing
    return actor
