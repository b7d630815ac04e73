"""Pages of notes: add one, open one, amend one. A text is shown in the answer to a POST only."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.gate import actor_of, requires
from cases.access import get_case, get_note
from cases.drafts.services import Place, spent
from cases.drafts.slots import slot_for
from cases.note_templates.queries import current
from cases.pages.asking import PERMISSION, opens_text, told, user_of, wants_fragment
from cases.pages.cases import show_or_send
from cases.pages.forms import AmendForm, NoteForm, go_on_from
from cases.pages.note_templates import taken_in
from cases.record import services
from cases.record.models import Note
from cases.record.refusals import Refusal

AMENDING = "note-amend"  # the form whose draft it is


@show_or_send
@never_cache
@requires(PERMISSION)
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a note in a case."""
    user, filled = user_of(request), taken_in(request.POST)
    case, place = get_case(user, reference), Place("note", reference)
    form = NoteForm(initial=filled) if filled else NoteForm(request.POST or None)
    if not form.is_valid():
        draft = slot_for(user, place, form)
        context = {"case": case, "form": form, "draft": draft, "templates": current()}
        return render(request, "cases/note_add.html", context)
    actor, text, record = actor_of(request), form.cleaned_data["text"], form.cleaned_data["record"]
    with told(request, _("The note is saved.")), spent(actor=actor, user=user, place=place):
        services.add_note(actor=actor, user=user, case=case, text=text, record=record)
    return redirect("cases:detail", reference)


@require_POST
@never_cache
@requires(PERMISSION)
@opens_text
def read(request: HttpRequest, reference: str) -> HttpResponse:
    """Open a note: a fragment for the page that asks, a page of its own without script."""
    user = user_of(request)
    note = get_note(user, reference)
    text = services.read_note(actor=actor_of(request), user=user, note=note)
    template = "cases/_note_text.html" if wants_fragment(request) else "cases/note.html"
    return render(request, template, {"note": note, "case": note.case, "text": text})


@require_POST
@never_cache
@requires(PERMISSION)
@opens_text
def start_amending(request: HttpRequest, reference: str) -> HttpResponse:
    """Open a note for amending: reading it is recorded, as any other look."""
    user = user_of(request)
    note = get_note(user, reference)
    text = services.read_note(actor=actor_of(request), user=user, note=note)
    return _amending(request, note, AmendForm(initial={"text": text, "version": note.version}))


@require_POST
@never_cache
@requires(PERMISSION)
def amend(request: HttpRequest, reference: str) -> HttpResponse:
    """Save a note's next version; where somebody was faster, the text stays on the page."""
    actor, user, filled = actor_of(request), user_of(request), taken_in(request.POST)
    note = get_note(user, reference)
    form = AmendForm(initial=filled) if filled else AmendForm(request.POST)
    if form.is_valid():
        try:
            text, reason, version = (form.cleaned_data[name] for name in ("text", "reason", "version"))
            with spent(actor=actor, user=user, place=Place(AMENDING, reference)):
                services.amend_note(
                    actor=actor, user=user, note=note, text=text, reason=reason, expected_version=version
                )
            messages.success(request, _("The note is saved."))
            return redirect("cases:detail", note.case.reference)
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
            go_on_from(form, Note.objects.values_list("version", flat=True).get(pk=note.pk))
    return _amending(request, note, form)


def _amending(request: HttpRequest, note: Note, form: AmendForm) -> HttpResponse:
    draft = slot_for(user_of(request), Place(AMENDING, note.reference), form)
    context = {"note": note, "case": note.case, "form": form, "draft": draft, "templates": current()}
    return render(request, "cases/note_amend.html", context)
