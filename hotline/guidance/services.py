"""Write and change guidance; each change is a new version, made from the newest and from nothing older."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.record.models import Contact
from cases.record.refusals import Refusal
from hotline.guidance.models import Checklist, ChecklistItem, News, Phase, ShelfEntry, Text, Tick


class ChangedMeanwhile(Refusal):
    """Somebody has changed this since you opened it."""

    message = _(
        "Somebody has changed this since you opened it. Your text is still here: compare and save again."
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a checklist, in both languages."""

    sv: str
    en: str


@transaction.atomic
def revise_text(*, actor: Actor, user: User, phase: Phase, language: str, body: str, based_on: int) -> Text:
    """Write a new version of a phase's text, made from version `based_on` (0: there was none).

    Errors: ChangedMeanwhile.
    """
    newest = (
        Text.objects.select_for_update().filter(phase=phase, language=language).order_by("-version").first()
    )
    if (newest.version if newest else 0) != based_on:
        raise ChangedMeanwhile
    if newest and newest.body == body:
        return newest
    made = Text.objects.create(
        phase=phase,
        language=language,
        version=based_on + 1,
        body=body,
        changed_by=user,
        changed_at=timezone.now(),
    )
    subject = Subject("guidance", f"{phase.value}-{language}")
    record(actor=actor, action=Action.GUIDANCE_CHANGED, subject=subject, version=made.version)
    return made


@transaction.atomic
def revise_checklist(
    *, actor: Actor, user: User, code: str, titles: Line, lines: Sequence[Line], based_on: int
) -> Checklist:
    """Write a new version of a checklist; ticks of earlier ones stay with theirs.

    Errors: ChangedMeanwhile.
    """
    newest = Checklist.objects.select_for_update().filter(code=code).order_by("-version").first()
    if (newest.version if newest else 0) != based_on:
        raise ChangedMeanwhile
    made = Checklist.objects.create(
        code=code,
        version=based_on + 1,
        title_sv=titles.sv,
        title_en=titles.en,
        changed_by=user,
        changed_at=timezone.now(),
    )
    ChecklistItem.objects.bulk_create(
        ChecklistItem(checklist=made, position=position, text_sv=line.sv, text_en=line.en)
        for position, line in enumerate(lines, start=1)
    )
    subject = Subject("checklist", code)
    record(
        actor=actor, action=Action.CHECKLIST_CHANGED, subject=subject, version=made.version, lines=len(lines)
    )
    return made


@transaction.atomic
def tick(*, actor: Actor, user: User, contact: Contact, items: Collection[uuid.UUID]) -> int:
    """Note what was done in a conversation; what is ticked already stays as it is. Says how many were new."""
    known = {item.pk: item for item in ChecklistItem.objects.filter(pk__in=items).select_related("checklist")}
    done = set(Tick.objects.filter(contact=contact, item__in=known).values_list("item_id", flat=True))
    new = [item for pk, item in known.items() if pk not in done]
    at = timezone.now()
    Tick.objects.bulk_create(
        [Tick(contact=contact, item=item, by=user, at=at) for item in new], ignore_conflicts=True
    )
    subject = Subject("contact", contact.reference)
    for code in sorted({item.checklist.code for item in new}):
        number = sum(item.checklist.code == code for item in new)
        record(actor=actor, action=Action.CHECKLIST_TICKED, subject=subject, checklist=code, lines=number)
    return len(new)


@transaction.atomic
def put_on_shelf(*, actor: Actor, entry: ShelfEntry, based_on: int) -> ShelfEntry:
    """Put a page on the shelf, or change what we say of it; `based_on` is 0 for a new one.

    Errors: ChangedMeanwhile.
    """
    stored = ShelfEntry.objects.select_for_update().filter(pk=entry.pk).first()
    if (stored.version if stored else 0) != based_on:
        raise ChangedMeanwhile
    entry.version = based_on + 1
    entry.save(force_insert=stored is None)
    record(
        actor=actor,
        action=Action.SHELF_CHANGED,
        subject=Subject("shelf", str(entry.pk)),
        version=entry.version,
    )
    return entry


@transaction.atomic
def take_off_shelf(*, actor: Actor, entry: ShelfEntry) -> bool:
    """Take a page off the shelf; pressed twice it is taken off once."""
    taken = ShelfEntry.objects.filter(pk=entry.pk, retired_at=None).update(retired_at=timezone.now())
    if taken:
        record(
            actor=actor, action=Action.SHELF_CHANGED, subject=Subject("shelf", str(entry.pk)), retired=True
        )
    return taken > 0


@transaction.atomic
def publish_news(
    *, actor: Actor, user: User, text: str, first_day: date, last_day: date, client_id: uuid.UUID
) -> News:
    """Tell those on duty something for some days; `client_id` is the form's own, so that two presses publish once."""
    values = {"text": text, "first_day": first_day, "last_day": last_day, "by": user}
    told, made = News.objects.get_or_create(id=client_id, defaults=values)
    if made:
        record(actor=actor, action=Action.NEWS_PUBLISHED, subject=Subject("news", str(told.pk)))
    return told


@transaction.atomic
def withdraw_news(*, actor: Actor, told: News) -> bool:
    """Take a message back; pressed twice it is taken back once."""
    withdrawn = News.objects.filter(pk=told.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())
    if withdrawn:
        record(actor=actor, action=Action.NEWS_WITHDRAWN, subject=Subject("news", str(told.pk)))
    return withdrawn > 0
