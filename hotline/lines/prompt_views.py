"""What callers hear: every text of a line, the whole call as a caller hears it, and a text's page."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.gate import actor_of, requires
from cases.record.refusals import Refusal
from hotline.lines.forms import PromptForm
from hotline.lines.hours import LinePlan, Wording, plan_of
from hotline.lines.models import Line, Prompt
from hotline.lines.pages import found_line
from hotline.lines.preview import either_way, when_closed, when_open, with_wording
from hotline.lines.prompt_changes import change_prompt, own_prompt, put_built_in_back, version_of
from hotline.lines.prompts import SLOTS, AudioRefused, Slot, audio_of, text_of


@dataclass(frozen=True)
class Shown:
    """One place with what is heard there now."""

    name: str
    slot: Slot
    text: str
    audio_url: str
    is_own: bool


@require_GET
@never_cache
@requires("hotline.manage_lines")
def prompts(request: HttpRequest, number: str) -> HttpResponse:
    """Show every text of the line in one language, and the whole call as it is heard."""
    line = found_line(number)
    plan = plan_of(line)
    asked = request.GET.get("language", "")
    language = asked if asked in plan.languages else plan.language
    context = {"line": line, "shown": list(_shown(plan, language))} | _heard(plan, language)
    return render(request, "hotline/lines/prompts.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@requires("hotline.manage_lines")
def prompt(request: HttpRequest, number: str, slot: str, language: str) -> HttpResponse:
    """Show and change what is heard at one place."""
    line = _found(number, slot, language)
    form = _form(request, line, slot, language)
    if request.method == "POST" and form.is_valid():
        try:
            change_prompt(
                actor=actor_of(request),
                line=line,
                slot=slot,
                language=language,
                version=form.cleaned_data["version"],
                **form.wording(),
            )
        except Refusal as refusal:
            form.add_error(_field_of(form, refusal), str(refusal.message))
        else:
            messages.success(request, _("Saved. The next caller hears it."))
            return redirect(_prompts_in(number, language))
    own = own_prompt(line, slot, language)
    context = {"line": line, "name": slot, "slot": SLOTS[slot], "form": form, "own": own}
    built_in = {"version": version_of(own), "built_in": SLOTS[slot].default(language)}
    page = context | built_in | _heard(plan_of(line), language)
    return render(request, "hotline/lines/prompt.html", page)


@require_POST
@requires("hotline.manage_lines")
def preview(request: HttpRequest, number: str, slot: str, language: str) -> HttpResponse:
    """Give the whole call as it would be heard with a text that is not saved yet; saves nothing."""
    line = _found(number, slot, language)
    form, plan = _form(request, line, slot, language), plan_of(line)
    if form.is_valid():
        plan = with_wording(plan, Wording(slot=slot, language=language, **form.wording()))
    context = _heard(plan, language) | {"line": line, "unsaved": form.is_valid()}
    return render(request, "hotline/lines/_preview.html", context)


@require_POST
@requires("hotline.manage_lines")
def prompt_reset(request: HttpRequest, number: str, slot: str, language: str) -> HttpResponse:
    """Put the built-in text back."""
    line = _found(number, slot, language)
    version = request.POST.get("version", "")
    try:
        put_built_in_back(actor=actor_of(request), line=line, slot=slot, language=language, version=version)
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
        return redirect("lines:prompt", number, slot, language)
    messages.success(request, _("The built-in text is back."))
    return redirect(_prompts_in(number, language))


def _found(number: str, slot: str, language: str) -> Line:
    line = found_line(number)
    if slot not in SLOTS or language not in {line.language, *line.other_languages}:
        raise Http404
    return line


def _form(request: HttpRequest, line: Line, slot: str, language: str) -> PromptForm:
    own = own_prompt(line, slot, language)
    initial = {"version": version_of(own), "text": _text(own, slot, language)}
    if own:
        initial["audio_url"] = own.audio_url
    return PromptForm(request.POST or None, initial=initial, slot=slot, language=language)


def _text(own: Prompt | None, slot: str, language: str) -> str:
    return own.text if own else SLOTS[slot].default(language)


def _field_of(form: PromptForm, refusal: Refusal) -> str:
    return "audio_url" if isinstance(refusal, AudioRefused) and "audio_url" in form.fields else "text"


def _shown(plan: LinePlan, language: str) -> Iterator[Shown]:
    own = {each.slot for each in plan.wordings if each.language == language}
    for name, slot in SLOTS.items():
        text, audio_url = text_of(plan, name, language), audio_of(plan, name, language)
        yield Shown(name, slot, text, audio_url, name in own)


def _heard(plan: LinePlan, language: str) -> dict[str, object]:
    """Give the whole call, open and closed, in one of the line's languages."""
    return {
        "unsaved": False,
        "language": language,
        "languages": [choice for choice in Line.Language.choices if choice[0] in plan.languages],
        "when_open": when_open(plan, language),
        "when_closed": when_closed(plan, language),
        "either_way": either_way(plan, language),
    }


def _prompts_in(number: str, language: str) -> str:
    return f"{reverse('lines:prompts', args=[number])}?language={language}"
