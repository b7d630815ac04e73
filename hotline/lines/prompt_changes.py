"""Changing what callers hear from a page: nobody's text is replaced unseen, and a form sent twice changes once."""

import hashlib

from django.db import transaction

from audit.context import Actor
from cases.record.refusals import EditedMeanwhile
from hotline.lines.models import Line, Prompt
from hotline.lines.prompts import SLOTS, reset_prompt, set_prompt

BUILT_IN = "built-in"


def version_of(prompt: Prompt | None) -> str:
    """Name a text as it is now; a form carries it."""
    if prompt is None:
        return BUILT_IN
    return hashlib.sha256(f"{prompt.text}\n{prompt.audio_url}".encode()).hexdigest()[:16]


def own_prompt(line: Line, slot: str, language: str) -> Prompt | None:
    """Find what an administrator has put in the place of the built-in text."""
    return Prompt.objects.filter(line=line, slot=slot, language=language).first()


@transaction.atomic
def change_prompt(
    *, actor: Actor, line: Line, slot: str, language: str, version: str, text: str, audio_url: str
) -> None:
    """Let callers hear this; what is so already changes nothing.

    Errors: EditedMeanwhile, and what `set_prompt` refuses.
    """
    own = _locked(line, slot, language)
    if own and (own.text, own.audio_url) == (text, audio_url):
        return
    if own is None and not audio_url and slot in SLOTS and text == SLOTS[slot].default(language):
        return
    if version != version_of(own):
        raise EditedMeanwhile
    set_prompt(actor=actor, line=line, slot=slot, language=language, text=text, audio_url=audio_url)


@transaction.atomic
def put_built_in_back(*, actor: Actor, line: Line, slot: str, language: str, version: str) -> None:
    """Let callers hear the built-in text again.

    Errors: EditedMeanwhile.
    """
    own = _locked(line, slot, language)
    if own and version != version_of(own):
        raise EditedMeanwhile
    reset_prompt(actor=actor, line=line, slot=slot, language=language)


def _locked(line: Line, slot: str, language: str) -> Prompt | None:
    Line.objects.select_for_update().get(pk=line.pk)
    return own_prompt(line, slot, language)
