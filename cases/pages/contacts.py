"""Pages of a contact: what was coded, its texts by POST, and the case it begins or belongs to."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.gate import actor_of, requires
from cases.access import get_contact
from cases.drafts.services import Place, spent
from cases.drafts.slots import slot_for
from cases.pages.asking import PERMISSION, opens_text, told, user_of, wants_fragment
from cases.pages.contact_form import AmendContactForm, answers_of
from cases.pages.contact_page import contact_page
from cases.pages.forms import AttachForm, RecordForm, go_on_from
from cases.record import services
from cases.record.models import Contact
from cases.record.refusals import Refusal

AMENDING = "contact-amend"  # the form whose draft it is


@require_GET
@never_cache
@requires(PERMISSION)
def show(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what was coded about a contact; the look is in the trail before the page is."""
    user = user_of(request)
    contact = get_contact(user, reference)
    services.look_at_contact(actor=actor_of(request), user=user, contact=contact)
    return render(request, "cases/contact.html", contact_page(contact, user))


@require_POST
@never_cache
@requires(PERMISSION)
@opens_text
def read(request: HttpRequest, reference: str) -> HttpResponse:
    """Open a contact's texts."""
    user = user_of(request)
    contact = get_contact(user, reference)
    texts = services.read_contact(actor=actor_of(request), user=user, contact=contact)
    template = "cases/_contact_text.html" if wants_fragment(request) else "cases/contact_text.html"
    return render(request, template, {"contact": contact, "texts": texts})


@require_POST
@never_cache
@requires(PERMISSION)
@opens_text
def start_amending(request: HttpRequest, reference: str) -> HttpResponse:
    """Open a contact to correct it: reading its texts is recorded, as any other look."""
    user = user_of(request)
    contact = get_contact(user, reference)
    texts = services.read_contact(actor=actor_of(request), user=user, contact=contact)
    form = AmendContactForm(initial=answers_of(contact, texts), contact=contact)
    return _amending(request, contact, form)


@require_POST
@never_cache
@requires(PERMISSION)
def amend(request: HttpRequest, reference: str) -> HttpResponse:
    """Save a corrected contact; where somebody was faster, what was written stays on the page."""
    actor, user = actor_of(request), user_of(request)
    contact = get_contact(user, reference)
    form = AmendContactForm(request.POST, contact=contact)
    if form.is_valid():
        version, summary = form.cleaned_data["version"], form.cleaned_data["summary"]
        correction = {"expected_version": version, "facts": form.facts(), "summary": summary}
        try:
            with spent(actor=actor, user=user, place=Place(AMENDING, reference)):
                services.amend_contact(actor=actor, user=user, contact=contact, **correction)
            messages.success(request, _("The contact is corrected."))
            return redirect("cases:contact", reference)
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
            go_on_from(form, Contact.objects.values_list("version", flat=True).get(pk=contact.pk))
    return _amending(request, contact, form)


def _amending(request: HttpRequest, contact: Contact, form: AmendContactForm) -> HttpResponse:
    draft = slot_for(user_of(request), Place(AMENDING, contact.reference), form)
    return render(request, "cases/contact_amend.html", {"contact": contact, "form": form, "draft": draft})


@require_POST
@never_cache
@requires(PERMISSION)
def open_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Open a case on a contact, and show its caller code once."""
    user, form = user_of(request), RecordForm(request.POST)
    contact = get_contact(user, reference)
    if form.is_valid():
        record = form.cleaned_data["record"]
        with told(request):
            opened = services.open_case(actor=actor_of(request), user=user, contact=contact, record=record)
            return render(
                request, "cases/code.html", {"case": opened.case, "caller_code": opened.caller_code}
            )
    return redirect("cases:contact", reference)


@require_POST
@requires(PERMISSION)
def attach(request: HttpRequest, reference: str) -> HttpResponse:
    """Attach a contact to a case the user may open."""
    user = user_of(request)
    contact = get_contact(user, reference)
    form = AttachForm(request.POST, user=user)
    if form.is_valid():
        with told(request, _("The contact belongs to the case.")):
            services.attach_contact(
                actor=actor_of(request), user=user, contact=contact, case=form.cleaned_data["case"]
            )
    return redirect("cases:contact", reference)
