"""What logging a conversation has in common, from a call or by hand: draft, ticks, the caller's case, the next page."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.gate import actor_of
from cases.access import visible_to
from cases.drafts.services import Place, spent
from cases.pages.asking import told, user_of
from cases.pages.contact_form import ContactForm
from cases.record.models import Contact
from cases.record.services import attach_contact
from hotline.guidance import queries as guidance
from hotline.guidance.services import tick
from hotline.guidance.views import language_now


def logged(
    request: HttpRequest,
    form: ContactForm | None,
    *,
    place: Place,
    log: Callable[..., Contact],
    **conversation: object,
) -> HttpResponse:
    """Log a conversation, its ticks with it, and destroy its draft; then lead on to what comes next.

    Errors: those of `log`.
    """
    actor, user = actor_of(request), user_of(request)
    if form:
        conversation |= {"facts": form.facts(), "summary": form.cleaned_data["summary"]}
    with spent(actor=actor, user=user, place=place):
        contact = log(actor=actor, user=user, contact=page_id(request), **conversation)
        tick(actor=actor, user=user, contact=contact, items=ticks_of(request))
    messages.success(request, _("Logged as %(contact)s.") % {"contact": contact.reference})
    if not form:
        return redirect("desk:desk")
    _attach(request, contact)
    return redirect(reverse("cases:contact", args=[contact.reference]) + "#open-case")


def _attach(request: HttpRequest, contact: Contact) -> None:
    """Let the contact belong to the case that the caller's code opened; refused, it stays logged without one."""
    case = visible_to(user_of(request)).filter(reference=request.POST.get("case", "")[:16]).first()
    if case is not None and contact.case_id is None:
        with told(request, _("The contact belongs to the case.")):
            attach_contact(actor=actor_of(request), user=user_of(request), contact=contact, case=case)


def beside(request: HttpRequest) -> dict[str, object]:
    """Give the guidance that stands beside the form."""
    return {
        "chapters": guidance.chapters(language_now()),
        "checklists": guidance.checklists(),
        "ticks": ticks_of(request),
    }


def ticks_of(request: HttpRequest) -> list[uuid.UUID]:
    """Read which lines of checklists were ticked beside the form."""
    return [item for text in request.POST.getlist("tick") if (item := _uuid(text))]


def page_id(request: HttpRequest) -> uuid.UUID | None:
    """Read the page's own id for the new contact."""
    return _uuid(request.POST.get("contact", ""))


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
