"""Pages on which supervisors keep the templates that notes can begin from, and how a note takes one in."""

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.gate import actor_of, requires
from cases.note_templates import services
from cases.note_templates.models import NoteTemplateVersion
from cases.note_templates.queries import current
from cases.note_templates.services import Wording
from cases.pages.asking import told, user_of
from cases.pages.cases import show_or_send
from cases.pages.scanned import ScannedForm
from cases.record.refusals import Refusal

EDIT = "cases.edit_templates"
WORDING = ("title_sv", "title_en", "text_sv", "text_en")
TAKE_IN = "template"


class TemplateForm(ScannedForm):
    """A template in both languages; nothing in it is about anybody."""

    scanned = WORDING
    record = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)
    title_sv = forms.CharField(label=gettext_lazy("Title in Swedish"), max_length=80)
    text_sv = forms.CharField(
        label=gettext_lazy("Text in Swedish"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 8})
    )
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=80)
    text_en = forms.CharField(
        label=gettext_lazy("Text in English"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 8})
    )

    def wording(self) -> Wording:
        """Give what was written."""
        return Wording(**{name: self.cleaned_data[name] for name in WORDING})


@require_GET
@never_cache
@requires(EDIT)
def show_all(request: HttpRequest) -> HttpResponse:
    """List the templates in use, and those that were."""
    context = {"templates": current(), "retired": current(retired=True)}
    return render(request, "cases/note_templates.html", context)


@show_or_send
@never_cache
@requires(EDIT)
def add(request: HttpRequest) -> HttpResponse:
    """Write a new template."""
    form = TemplateForm(request.POST or None)
    if not form.is_valid():
        return render(request, "cases/note_template.html", {"form": form, "template": None, "earlier": []})
    services.add_template(
        actor=actor_of(request),
        user=user_of(request),
        wording=form.wording(),
        record=form.cleaned_data["record"],
    )
    messages.success(request, _("The template can be used now."))
    return redirect("cases:note-templates")


@show_or_send
@never_cache
@requires(EDIT)
def change(request: HttpRequest, template: uuid.UUID) -> HttpResponse:
    """Write a template's next version; where somebody was faster, the text stays on the page."""
    found = _find(template)
    beginning = {name: getattr(found, name) for name in WORDING} | {"version": found.number}
    form = TemplateForm(request.POST or None, initial=beginning)
    if form.is_valid():
        try:
            services.change_template(
                actor=actor_of(request),
                user=user_of(request),
                template=found.template,
                wording=form.wording(),
                expected_version=form.cleaned_data["version"],
            )
            messages.success(request, _("The new version is in use."))
            return redirect("cases:note-templates")
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
    earlier = found.template.versions.exclude(pk=found.pk).select_related("written_by").order_by("-number")
    context = {"form": form, "template": found, "earlier": earlier}
    return render(request, "cases/note_template.html", context)


@require_POST
@requires(EDIT)
def retire(request: HttpRequest, template: uuid.UUID) -> HttpResponse:
    """Take a template out of use."""
    found = _find(template)
    with told(request, _("The template is no longer in use.")):
        services.retire_template(actor=actor_of(request), template=found.template)
    return redirect("cases:note-templates")


def taken_in(posted: QueryDict) -> dict[str, str] | None:
    """Give a note form as it was sent, with the template that was pressed put after its text; else nothing.

    This is the way without script: the page's script puts the template in at the cursor and sends nothing.
    """
    pressed = posted.get(TAKE_IN)
    if not pressed:
        return None
    try:
        chosen = current().filter(template=uuid.UUID(pressed)).first()
    except ValueError:
        raise Http404 from None
    text = posted.get("text", "")
    more = f"{text.rstrip()}\n\n{chosen.text}" if chosen and text.strip() else chosen.text if chosen else text
    return {name: str(posted[name]) for name in posted} | {"text": more}


def _find(template: uuid.UUID) -> NoteTemplateVersion:
    found = current().filter(template=template).first()
    if found is None:
        raise Http404
    return found
