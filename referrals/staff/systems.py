"""The page of municipalities' own systems: let one in, give it a new secret, shut it out."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.gate import actor_of, requires
from cases.coded.models import Municipality
from referrals.access import user_of
from referrals.directory.models import ContactPoint
from referrals.systems import queries, services
from referrals.systems.models import System

PERMISSION = "referrals.verify_directory"
SENTENCES: dict[type[Exception], Promise] = {
    services.SecondPersonNeeded: _(
        "Another person, with another role than the one who asked, must decide this."
    ),
    services.AlreadyDecided: _("Somebody has decided this already."),
    services.AlreadyAsked: _("A secret for this system is already waiting for a second person."),
}


class OwnerForm(forms.Form):
    """Whose system."""

    municipality = forms.ModelChoiceField(
        Municipality.objects.none(), label=_("Municipality"), empty_label=_("Choose")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["municipality"]
        choice.queryset = queries.municipalities_to_choose()  # type: ignore[attr-defined]


class PointsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Contact points by their function."""

    def label_from_instance(self, obj: ContactPoint) -> str:
        """Write what a person recognises."""
        return obj.function


class SystemForm(forms.Form):
    """Which system, for which contact points; `client_id` is made with the page."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    name = forms.CharField(
        label=_("Name of the system"),
        max_length=120,
        help_text=_("The municipality and what it calls the program. It stands in the trail."),
    )
    contact_points = PointsField(
        label=_("Contact points"),
        queryset=ContactPoint.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It reads and answers the referrals to these, and no others."),
    )

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["contact_points"]
        choice.queryset = queries.points_of(municipality)  # type: ignore[attr-defined]


@require_safe
@never_cache
@requires(PERMISSION)
def systems(request: HttpRequest) -> HttpResponse:
    """List the systems with what waits and what can be done."""
    user, role = user_of(request), actor_of(request).role
    rows = [
        (system, waiting, waiting is not None and services.may_issue(user, role, waiting))
        for system, waiting in queries.systems_with_waiting()
    ]
    return render(request, "referrals/staff/systems.html", {"rows": rows})


@require_safe
@requires(PERMISSION)
def choose(request: HttpRequest) -> HttpResponse:
    """Ask whose system it is, then go on to the form."""
    form = OwnerForm(request.GET or None)
    if form.is_valid():
        return redirect("referrals:system-new", form.cleaned_data["municipality"].pk)
    return render(request, "referrals/staff/system_choose.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(PERMISSION)
@reauthentication_required
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a system of this municipality."""
    municipality = get_object_or_404(Municipality, pk=code)
    form = SystemForm(request.POST or None, municipality=municipality)
    if request.method == "POST" and form.is_valid():
        services.request_system(actor=actor_of(request), user=user_of(request), **form.cleaned_data)
        messages.success(request, _("The system waits for a second person, who issues its secret."))
        return redirect("referrals:systems")
    return render(request, "referrals/staff/system_new.html", {"form": form, "municipality": municipality})


@require_POST
@requires(PERMISSION)
@reauthentication_required
def new_secret(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for a new secret."""
    with _told(request, _("The new secret waits for a second person, who issues it.")):
        services.request_secret(actor=actor_of(request), user=user_of(request), system=_find(reference))
    return redirect("referrals:systems")


@require_POST
@never_cache
@requires(PERMISSION)
@reauthentication_required
def issue(request: HttpRequest, reference: str) -> HttpResponse:
    """Issue the secret and show it this once; it is in no address, no session and no table."""
    system, secret = _find(reference), ""
    with _told(request):
        secret = services.issue_secret(actor=actor_of(request), user=user_of(request), system=system)
    if not secret:
        return redirect("referrals:systems")
    return render(request, "referrals/staff/system_secret.html", {"system": system, "secret": secret})


@require_POST
@requires(PERMISSION)
def refuse(request: HttpRequest, reference: str) -> HttpResponse:
    """Refuse what was asked for, or take it back."""
    with _told(request, _("Refused. Nothing was changed.")):
        services.refuse_secret(actor=actor_of(request), user=user_of(request), system=_find(reference))
    return redirect("referrals:systems")


@require_POST
@requires(PERMISSION)
def revoke(request: HttpRequest, reference: str) -> HttpResponse:
    """Shut a system out, now; nothing stands in the way of that."""
    with _told(request, _("The system is shut out.")):
        services.revoke_system(actor=actor_of(request), user=user_of(request), system=_find(reference))
    return redirect("referrals:systems")


@contextmanager
def _told(request: HttpRequest, done: Promise | None = None) -> Iterator[None]:
    try:
        yield
    except tuple(SENTENCES) as refusal:
        messages.error(request, str(SENTENCES[type(refusal)]))
    else:
        if done is not None:
            messages.success(request, str(done))


def _find(reference: str) -> System:
    return get_object_or_404(System, reference=reference)
