"""Templates for notes: write one, change it as a new version, take it out of use."""

import uuid
from dataclasses import asdict, dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject
from audit.services import record as write_entry
from cases.note_templates.models import NoteTemplate, NoteTemplateVersion
from cases.record.refusals import EditedMeanwhile, Refusal

BETWEEN = 10


class TemplateRetired(Refusal):
    """A template that is out of use is not changed."""

    message = _("This template is no longer in use.")


@dataclass(frozen=True)
class Wording:
    """What a template says, in both languages."""

    title_sv: str
    title_en: str
    text_sv: str
    text_en: str


@transaction.atomic
def add_template(
    *, actor: Actor, user: User, wording: Wording, record: uuid.UUID | None = None
) -> NoteTemplate:
    """Add a template after the others; `record` is the page's own id, so that a second press adds nothing more."""
    earlier = NoteTemplate.objects.filter(pk=record).first() if record else None
    if earlier:
        return earlier
    last = NoteTemplate.objects.aggregate(last=Max("order"))["last"] or 0
    template = NoteTemplate.objects.create(id=record or uuid.uuid4(), order=last + BETWEEN)
    _write(template, wording, user=user)
    write_entry(actor=actor, action=Action.NOTE_TEMPLATE_ADDED, subject=subject_of(template))
    return template


@transaction.atomic
def change_template(
    *, actor: Actor, user: User, template: NoteTemplate, wording: Wording, expected_version: int
) -> NoteTemplate:
    """Write a template's next version; the earlier ones stay.

    Errors: TemplateRetired; EditedMeanwhile.
    """
    locked = NoteTemplate.objects.select_for_update(of=("self",)).get(pk=template.pk)
    if locked.retired_at is not None:
        raise TemplateRetired
    if locked.version != expected_version:
        raise EditedMeanwhile
    locked.version += 1
    locked.save(update_fields=["version"])
    _write(locked, wording, user=user)
    version = locked.version
    write_entry(actor=actor, action=Action.NOTE_TEMPLATE_CHANGED, subject=subject_of(locked), version=version)
    return locked


@transaction.atomic
def retire_template(*, actor: Actor, template: NoteTemplate) -> bool:
    """Take a template out of use; notes written from it are as they were. Pressed twice it goes once."""
    retired = NoteTemplate.objects.filter(pk=template.pk, retired_at=None).update(retired_at=timezone.now())
    if retired:
        write_entry(actor=actor, action=Action.NOTE_TEMPLATE_RETIRED, subject=subject_of(template))
    return bool(retired)


def subject_of(template: NoteTemplate) -> Subject:
    """Name a template in the trail."""
    return Subject(kind="notetemplate", reference=str(template.pk))


def _write(template: NoteTemplate, wording: Wording, *, user: User) -> None:
    NoteTemplateVersion.objects.create(
        template=template, number=template.version, written_by=user, **asdict(wording)
    )
