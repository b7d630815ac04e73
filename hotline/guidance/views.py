"""The page of all guidance, and the pages on which supervisors write it."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.forms import Form, ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.gate import actor_of, requires
from cases.pages.asking import user_of
from hotline.guidance import queries, services
from hotline.guidance.forms import ChecklistForm, NewsForm, ShelfForm, TextForm, as_lines
from hotline.guidance.models import Checklist, News, Phase, ShelfEntry
from hotline.lines.models import Line

READ, WRITE = "hotline.view_desk", "hotline.edit_guidance"
REVIEW_AFTER = timedelta(days=180)


@require_GET
@never_cache
@requires(READ)
def guidance(request: HttpRequest) -> HttpResponse:
    """Show everything: news, the conversation's phases, checklists and the shelf."""
    context = {
        "chapters": queries.chapters(language_now()),
        "language": language_now(),
        "checklists": queries.checklists(),
        "shelf": queries.shelf(),
        "news": queries.news(),
        "today": timezone.localdate(),
    }
    return render(request, "hotline/guidance/guidance.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@requires(WRITE)
def text(request: HttpRequest, phase: str, language: str) -> HttpResponse:
    """Write a new version of a phase's text, with the earlier ones below."""
    found, tongue = _phase_or_404(phase), _language_or_404(language)
    history = list(queries.versions(found, tongue)[:20])
    newest = history[0] if history else None
    initial = {"body": newest.body if newest else "", "based_on": newest.version if newest else 0}
    form = TextForm(request.POST or None, initial=initial)

    def save() -> str:
        services.revise_text(
            actor=actor_of(request),
            user=user_of(request),
            phase=found,
            language=tongue,
            body=form.cleaned_data["body"],
            based_on=form.cleaned_data["based_on"],
        )
        return _("The text is changed for everyone.")

    title = _("%(phase)s, in %(language)s") % {
        "phase": found.label,
        "language": str(Line.Language(tongue).label).lower(),
    }
    return _write(request, form, save, {"title": title, "versions": history})


@require_http_methods(["GET", "POST"])
@never_cache
@requires(WRITE)
def checklist(request: HttpRequest, code: str) -> HttpResponse:
    """Write a new version of a checklist."""
    newest = Checklist.objects.filter(code=code).order_by("-version").first()
    if newest is None:
        raise Http404
    initial = {
        "title_sv": newest.title_sv,
        "title_en": newest.title_en,
        "lines": as_lines(newest),
        "based_on": newest.version,
    }
    form = ChecklistForm(request.POST or None, initial=initial)

    def save() -> str:
        clean = form.cleaned_data
        services.revise_checklist(
            actor=actor_of(request),
            user=user_of(request),
            code=code,
            titles=services.Line(sv=clean["title_sv"], en=clean["title_en"]),
            lines=clean["lines"],
            based_on=clean["based_on"],
        )
        return _("The checklist is changed. What was ticked before stays as it was.")

    return _write(request, form, save, {"title": newest.title})


@require_http_methods(["GET", "POST"])
@never_cache
@requires(WRITE)
def shelf_entry(request: HttpRequest, entry: uuid.UUID | None = None) -> HttpResponse:
    """Put a page on the shelf, or change what is said of it."""
    found = get_object_or_404(ShelfEntry, pk=entry, retired_at=None) if entry else None
    initial = {
        "based_on": found.version if found else 0,
        "review_on": timezone.localdate() + REVIEW_AFTER,
    }
    form = ShelfForm(
        request.POST or None, instance=found, initial=initial if found is None else initial_of(found)
    )

    def save() -> str:
        services.put_on_shelf(
            actor=actor_of(request),
            entry=form.save(commit=False),
            based_on=form.cleaned_data["based_on"],
        )
        return _("The shelf is up to date.")

    return _write(
        request, form, save, {"title": found.title if found else _("A page for the shelf"), "entry": found}
    )


@require_POST
@requires(WRITE)
def shelf_off(request: HttpRequest, entry: uuid.UUID) -> HttpResponse:
    """Take a page off the shelf."""
    services.take_off_shelf(actor=actor_of(request), entry=get_object_or_404(ShelfEntry, pk=entry))
    messages.success(request, _("The page is off the shelf."))
    return redirect("guidance:guidance")


@require_http_methods(["GET", "POST"])
@never_cache
@requires(WRITE)
def news(request: HttpRequest) -> HttpResponse:
    """Tell those on duty something for some days."""
    today = timezone.localdate()
    initial = {"client_id": uuid.uuid4(), "first_day": today, "last_day": today + timedelta(days=7)}
    form = NewsForm(request.POST or None, initial=initial)

    def save() -> str:
        services.publish_news(actor=actor_of(request), user=user_of(request), **form.cleaned_data)
        return _("Everyone on the desk sees it now.")

    return _write(request, form, save, {"title": _("News for those on duty")})


@require_POST
@requires(WRITE)
def news_off(request: HttpRequest, told: uuid.UUID) -> HttpResponse:
    """Take a message back."""
    services.withdraw_news(actor=actor_of(request), told=get_object_or_404(News, pk=told))
    messages.success(request, _("The message is withdrawn."))
    return redirect("guidance:guidance")


def language_now() -> str:
    """Give the reader's language as our texts name it."""
    return Line.Language.ENGLISH if (get_language() or "").startswith("en") else Line.Language.SWEDISH


def initial_of(entry: ShelfEntry) -> dict[str, object]:
    """Give what a change of a shelf entry begins from."""
    return {"based_on": entry.version}


def _write(
    request: HttpRequest, form: "Form | ModelForm[Any]", save: Callable[[], str], context: dict[str, object]
) -> HttpResponse:
    """Show a form, or save it; where somebody was faster, what was written stays on the page."""
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, save())
        except services.ChangedMeanwhile as refusal:
            messages.error(request, str(refusal.message))
        else:
            return redirect("guidance:guidance")
    return render(request, "hotline/guidance/write.html", {"form": form} | context)


def _phase_or_404(phase: str) -> Phase:
    if phase not in Phase.values:
        raise Http404
    return Phase(phase)


def _language_or_404(language: str) -> str:
    if language not in Line.Language.values:
        raise Http404
    return language
