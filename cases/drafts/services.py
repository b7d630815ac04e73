"""Keep what somebody types while they type it: sealed, for them alone, destroyed once it is saved or too old.

The trail says when a draft was begun and when it was opened again; not each of the hundreds of times it was kept.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record_durably
from audit.services import record as write_entry
from cases.record.models import Draft
from cases.record.refusals import Refusal
from cases.record.texts import put_text, take_text
from cases.vault.services import Owner, Unreadable, create_key, destroy_keys

LIVES: Final = timedelta(days=7)
LONGEST: Final = 120_000
MOST_OF_ONE: Final = 50


class NewerElsewhere(Refusal):
    """Another window has kept a newer draft of the same form."""

    message = _("The same form is open in another window, and its draft is newer. This one is not kept.")


class TooManyDrafts(Refusal):
    """Somebody has begun more forms than anybody can be writing in."""

    message = _("You have too many drafts. Save or discard some of them first.")


@dataclass(frozen=True, slots=True)
class Place:
    """Which form, about which thing (a staff reference, or nothing where the thing is yet to be made)."""

    form: str
    reference: str = ""

    @property
    def subject(self) -> Subject:
        """Name the place in the trail."""
        return Subject(kind="draft", reference=self.reference or self.form)


@transaction.atomic
def save_draft(*, actor: Actor, user: User, place: Place, body: str, expected_version: int) -> Draft:
    """Keep what is in a form now; `expected_version` is the version of the draft that the page goes on from.

    Errors: NewerElsewhere; TooManyDrafts.
    """
    draft = _locked(user, place)
    if draft is None:
        return _begin(actor=actor, user=user, place=place, body=body)
    if draft.body_version != expected_version:
        raise NewerElsewhere
    _put(draft, body)
    draft.save(update_fields=["body", "body_version", "saved_at"])
    return draft


def restore_draft(*, actor: Actor, user: User, place: Place) -> tuple[Draft, str] | None:
    """Open one's own draft, recorded first; nothing where there is none, or where its key is gone."""
    draft = find_draft(user, place)
    if draft is None:
        return None
    record_durably(actor=actor, action=Action.DRAFT_RESTORED, subject=place.subject, form=place.form)
    try:
        return draft, take_text(draft, "body", model=Draft)
    except Unreadable:
        return None


@transaction.atomic
def discard_draft(*, actor: Actor, user: User, place: Place, reason: str = "draft discarded") -> bool:
    """Destroy one's own draft and its key; tells whether there was one."""
    draft = _locked(user, place)
    if draft is not None:
        _destroy(draft, actor=actor, reason=reason)
    return draft is not None


@contextmanager
def spent(*, actor: Actor, user: User, place: Place) -> Iterator[None]:
    """Save what a form says and destroy its draft, both or neither."""
    with transaction.atomic():
        yield
        discard_draft(actor=actor, user=user, place=place, reason="draft saved")


def destroy_old_drafts(*, actor: Actor, at: datetime) -> int:
    """Destroy the drafts that nobody has typed in for a week; give how many."""
    old = list(Draft.objects.filter(saved_at__lt=at - LIVES).values_list("pk", flat=True))
    return sum(_destroy_if_old(pk, actor=actor, at=at) for pk in old)


def find_draft(user: User, place: Place) -> Draft | None:
    """Find one's own draft for a form."""
    return _drafts(user, place).first()


def _drafts(user: User, place: Place) -> QuerySet[Draft]:
    return Draft.objects.filter(user_id=user.pk, form=place.form, reference=place.reference)


def _locked(user: User, place: Place) -> Draft | None:
    return _drafts(user, place).select_for_update().first()


def _begin(*, actor: Actor, user: User, place: Place, body: str) -> Draft:
    if Draft.objects.filter(user_id=user.pk).count() >= MOST_OF_ONE:
        raise TooManyDrafts
    draft = Draft(id=uuid.uuid4(), user=user, form=place.form, reference=place.reference)
    draft.key = create_key(owner=Owner(kind="draft", id=draft.id))
    _put(draft, body)
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:  # two windows at once: the constraint lets one of them begin
        raise NewerElsewhere from None
    write_entry(actor=actor, action=Action.DRAFT_BEGUN, subject=place.subject, form=place.form)
    return draft


def _put(draft: Draft, body: str) -> None:
    put_text(draft, "body", body, model=Draft)
    draft.saved_at = timezone.now()


def _destroy(draft: Draft, *, actor: Actor, reason: str) -> None:
    place = Place(draft.form, draft.reference)
    destroy_keys(actor=actor, owner=Owner(kind="draft", id=draft.id), reason=reason, subject=place.subject)
    draft.delete()


@transaction.atomic
def _destroy_if_old(pk: uuid.UUID, *, actor: Actor, at: datetime) -> bool:
    """Look again under the lock: somebody may be typing in it after all."""
    draft = Draft.objects.select_for_update().filter(pk=pk, saved_at__lt=at - LIVES).first()
    if draft is not None:
        _destroy(draft, actor=actor, reason="draft too old")
    return draft is not None
