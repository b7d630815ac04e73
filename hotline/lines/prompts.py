"""What callers hear, by named places: a built-in text in every language, which an administrator may replace.

The 112 advice and the notice that nothing is recorded cannot be lost: they are texts, never audio, never empty, and the
advice names 112 or the built-in one is read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, override

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.record.refusals import Refusal
from hotline.lines.hours import LinePlan
from hotline.lines.models import Line, Prompt
from hotline.telephony.answers import Play, Say

DEFAULT_LANGUAGE = "sv"
TEXT_AT_MOST = 1200
ADVICE = re.compile(r"\b1\s?1\s?2\b")
_https = URLValidator(schemes=["https"])


class UnknownPrompt(Refusal):
    """There is no such place, or the line is not heard in this language."""

    message = _("There is no such text.")


class PromptEmpty(Refusal):
    """A place is never silent: it has a text or, where that may be, audio."""

    message = _("Write what callers hear, or put the built-in text back.")


class PromptTooLong(Refusal):
    """Nobody listens to that much."""

    message = _("The text is too long: at most 1,200 characters.")


class AdviceMissing(Refusal):
    """The advice names the emergency number, whatever else it says."""

    message = _("This text must tell callers to dial 112.")


class AudioRefused(Refusal):
    """Hosted audio has an https address; what keeps callers safe is read aloud, so that it cannot be gone."""

    message = _(
        "Audio must have an address that begins with https://, and this text may have to be read aloud."
    )


@dataclass(frozen=True, slots=True)
class Slot:
    """A place where callers hear something of ours; `built_in` is the text's message id."""

    label: Promise
    heard: Promise
    built_in: str
    must_be_read: bool = False

    def default(self, language: str) -> str:
        """Give the built-in text."""
        return _built_in(self.built_in, language)


@cache
def _built_in(text: str, language: str) -> str:
    """Translate once: every caller hears it."""
    with override(language):
        return translated(text)


SLOTS: Final[Mapping[str, Slot]] = MappingProxyType(
    {
        "greeting": Slot(
            _("Greeting"),
            _("First of all, while the line is open."),
            gettext_noop("Welcome to the national support line."),
        ),
        "closed": Slot(
            _("Closed"),
            _("First of all, outside opening hours; the call-back is offered next."),
            gettext_noop("You have reached the national support line. We are closed right now."),
        ),
        "acute": Slot(
            _("Advice to dial 112"),
            _("In every greeting and at the end of every call that nobody took."),
            gettext_noop("If someone is in immediate danger, hang up and dial 1 1 2."),
            must_be_read=True,
        ),
        "privacy": Slot(
            _("Nothing is recorded"),
            _("After the greeting, open or closed."),
            gettext_noop(
                "The call is not recorded, and your number is not stored unless you ask to be called back."
            ),
            must_be_read=True,
        ),
        "offer": Slot(
            _("Call-back instead of the queue"),
            _("In the greeting, while the line is open; 1 leads to the call-back."),
            gettext_noop("Press 1 if you would rather be called back. Otherwise stay on the line."),
        ),
        "who": Slot(
            _("Private or at work"),
            _("Before the queue, where the line asks who calls; the keys are 1 and 2."),
            gettext_noop("Press 1 if you call as a private person. Press 2 if you call at work."),
        ),
        "full": Slot(
            _("Nobody can answer now"),
            _("Instead of the queue, when it is full or nobody is on duty; the call-back is offered next."),
            gettext_noop("We cannot answer right now. We would like to call you back."),
        ),
        "nobody": Slot(
            _("Nobody answered"),
            _("After the longest wait, or when nobody took the call; the call-back is offered next."),
            gettext_noop("Nobody could take your call this time. We are sorry."),
        ),
        "diverted": Slot(
            _("Sent to a message"),
            _("All that a caller hears whom a supervisor has sent to a message; the call ends after it."),
            gettext_noop("We cannot take your call. Please call another day."),
        ),
        "promised": Slot(
            _("Call-back promised"),
            _("When a caller has asked to be called back."),
            gettext_noop(
                "Thank you. We will call you back. We will not say who we are until we know that it is you."
            ),
        ),
        "goodbye": Slot(
            _("Goodbye"),
            _("At the end; the advice to dial 112 follows."),
            gettext_noop("Goodbye."),
        ),
    }
)


def hear(plan: LinePlan | None, slot: str, language: str) -> Say | Play:
    """Give what is heard at a place of a line: its own audio, else its own text, else the built-in one."""
    text, audio_url = text_of(plan, slot, language), audio_of(plan, slot, language)
    return Play(audio_url, text, language) if audio_url else Say(text, language)


def text_of(plan: LinePlan | None, slot: str, language: str) -> str:
    """Give the text read aloud at a place of a line, in a language."""
    own = _wording(plan, slot, language)[0]
    if not own or (slot == "acute" and not ADVICE.search(own)):
        return SLOTS[slot].default(language)
    return own


def audio_of(plan: LinePlan | None, slot: str, language: str) -> str:
    """Give the address of the audio that is played instead of the text; mostly there is none."""
    return "" if SLOTS[slot].must_be_read else _wording(plan, slot, language)[1]


@transaction.atomic
def set_prompt(
    *, actor: Actor, line: Line, slot: str, language: str, text: str, audio_url: str = ""
) -> Prompt:
    """Let callers of a line hear this; the text stands beside the audio for who cannot be played any.

    Errors: UnknownPrompt, PromptEmpty, PromptTooLong, AdviceMissing, AudioRefused.
    """
    text, audio_url = text.strip(), audio_url.strip()
    _check(line, slot, language, text, audio_url)
    Line.objects.select_for_update().get(pk=line.pk)
    prompt, _made = Prompt.objects.update_or_create(
        line=line, slot=slot, language=language, defaults={"text": text, "audio_url": audio_url}
    )
    facts: dict[str, str | bool] = {"slot": slot, "language": language, "audio": bool(audio_url)}
    record(actor=actor, action=Action.PROMPT_SET, subject=Subject("line", line.number), text=text, **facts)
    return prompt


@transaction.atomic
def reset_prompt(*, actor: Actor, line: Line, slot: str, language: str) -> bool:
    """Put the built-in text back; says whether there was another."""
    gone, _rows = Prompt.objects.filter(line=line, slot=slot, language=language).delete()
    if gone:
        subject = Subject("line", line.number)
        record(actor=actor, action=Action.PROMPT_RESET, subject=subject, slot=slot, language=language)
    return gone > 0


def _wording(plan: LinePlan | None, slot: str, language: str) -> tuple[str, str]:
    for each in plan.wordings if plan else ():
        if (each.slot, each.language) == (slot, language):
            return each.text, each.audio_url
    return "", ""


def _check(line: Line, slot: str, language: str, text: str, audio_url: str) -> None:
    if slot not in SLOTS or language not in {line.language, *line.other_languages}:
        raise UnknownPrompt
    if not text and (SLOTS[slot].must_be_read or not audio_url):
        raise PromptEmpty
    if len(text) > TEXT_AT_MOST:
        raise PromptTooLong
    if slot == "acute" and not ADVICE.search(text):
        raise AdviceMissing
    if audio_url:
        _check_audio(slot, audio_url)


def _check_audio(slot: str, audio_url: str) -> None:
    if SLOTS[slot].must_be_read:
        raise AudioRefused
    try:
        _https(audio_url)
    except ValidationError:
        raise AudioRefused from None
