"""What surrounds every request: its id, who acts in it, and answers that say what to do."""

import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from audit.context import ANONYMOUS, Actor, bind_request_id
from hotline.people.roles import role_of
from hotline.people.second_factor import has_second_factor

GetResponse = Callable[[HttpRequest], HttpResponseBase]
WITHOUT_SECOND_FACTOR: Final = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "account_reauthenticate",
        "account_logout",
        "set_language",
        "operations:accessibility",
        "operations:health",
        "operations:ready",
    }
)
WITHOUT_SESSION: Final = frozenset({"operations:health", "operations:ready"})


class RequestIdentity:
    """Give each request an id of its own, which every entry in the trail made within it carries."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve under a new id."""
        identity = uuid.uuid4().hex
        bind_request_id(identity)
        try:
            response = self.get_response(request)
        finally:
            bind_request_id("")
        response.headers["X-Request-ID"] = identity
        return response


class Acting:
    """Say who acts, keep pages out of every cache, and answer in the way the asker can use."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve with `request.actor` set; it is worked out when first asked for."""
        if "\0" in request.path:
            raise Http404  # no address of ours holds one, and no database takes one
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Cache-Control", "no-store")
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            page = render(request, "errors/405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return _for_fragment(request, response)


class SignedInRules:
    """End sessions that nobody uses, and let nobody in who has no second factor yet."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve; the rules apply once the view is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponseBase | None:
        """Apply both rules before a view runs; asking after our health touches no session."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in WITHOUT_SESSION or not request.user.is_authenticated:
            return None
        if _is_idle(request):
            get_adapter().logout(request)
            messages.info(request, _("You were signed out because nothing had happened for a while."))
            return redirect("account_login")
        if (
            settings.SECOND_FACTOR_FORCED
            and name not in WITHOUT_SECOND_FACTOR
            and not has_second_factor(request.user)
        ):
            messages.warning(request, _("Add a second factor first: a passkey or an authenticator app."))
            return redirect("mfa_index")
        return None


def _actor(request: HttpRequest) -> Actor:
    if not request.user.is_authenticated:
        return ANONYMOUS
    return Actor(label=request.user.get_username(), role=role_of(request.user))


def is_over(session: SessionBase) -> bool:
    """Tell whether a session's last act, or its beginning, lies too far back."""
    now = int(timezone.now().timestamp())
    acted, began = session.get("acted_at", now), session.get("began_at", now)
    return bool(now - acted > settings.IDLE_SECONDS or now - began > settings.SESSION_COOKIE_AGE)


def _is_idle(request: HttpRequest) -> bool:
    """Tell whether the session is over, and note this act; the page's own refreshing and listening is none."""
    now = int(timezone.now().timestamp())
    request.session.setdefault("began_at", now)
    if is_over(request.session):
        return True
    acted = request.session.get("acted_at", now)
    is_act = "X-Background" not in request.headers and not _is_stream(request)
    if is_act and (now - acted >= settings.IDLE_GRAIN_SECONDS or "acted_at" not in request.session):
        request.session["acted_at"] = now
    return False


def _is_stream(request: HttpRequest) -> bool:
    """Tell whether a browser opens the event stream, which it does by itself, again and again."""
    return request.resolver_match is not None and request.resolver_match.namespace == "live"


def _for_fragment(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Send the whole page to sign in, where a fragment was asked for and the session is over."""
    location = response.headers.get("Location", "")
    if "HX-Request" in request.headers and location.startswith(resolve_url(settings.LOGIN_URL)):
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": location})
    return response
