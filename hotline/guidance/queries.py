"""What is shown beside the form, on the desk and on the page of all guidance."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from hotline.guidance.models import Checklist, News, Phase, ShelfEntry, Text, Tick


@dataclass(frozen=True, slots=True)
class Chapter:
    """A phase's newest text in one language."""

    phase: Phase
    text: Text | None

    @property
    def label(self) -> str:
        """Name the phase."""
        return str(self.phase.label)

    @property
    def paragraphs(self) -> list[str]:
        """Give the text, a paragraph or a line of a list at a time."""
        return [line.strip() for line in self.text.body.splitlines() if line.strip()] if self.text else []


def chapters(language: str) -> list[Chapter]:
    """Give every phase in the order of a conversation, acute danger first."""
    newest = {
        text.phase: text
        for text in Text.objects.filter(language=language).order_by("phase", "-version").distinct("phase")
    }
    return [Chapter(phase, newest.get(phase)) for phase in Phase]


def versions(phase: Phase, language: str) -> QuerySet[Text]:
    """List a text's versions, the newest first."""
    return (
        Text.objects.filter(phase=phase, language=language).select_related("changed_by").order_by("-version")
    )


def checklists() -> list[Checklist]:
    """Give the newest version of every checklist, with its lines."""
    newest = Checklist.objects.order_by("code", "-version").distinct("code")
    return list(
        Checklist.objects.filter(pk__in=newest.values("pk")).prefetch_related("items").order_by("code")
    )


def ticked(contacts: Collection[UUID]) -> list[Tick]:
    """Give what was ticked in these conversations, in the order it was done."""
    ticks = Tick.objects.filter(contact__in=contacts).select_related("item__checklist", "by", "contact")
    return list(ticks.order_by("at", "item__position"))


def shelf() -> QuerySet[ShelfEntry]:
    """List what stands on the shelf, by title."""
    return ShelfEntry.objects.filter(retired_at=None)


def news(day: date | None = None) -> QuerySet[News]:
    """List what those on duty should know that day."""
    today = day or timezone.localdate()
    return News.objects.filter(withdrawn_at=None, first_day__lte=today, last_day__gte=today).select_related(
        "by"
    )
