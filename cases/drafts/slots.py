"""What a page needs to know of the draft of its form: how to name it, and whether there is one to bring back."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib.auth.models import User

from cases.drafts.services import Place, find_draft


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a form's draft is kept. A form sent with errors shows what is newer than its draft."""

    place: Place
    version: int
    saved_at: datetime | None
    is_offered: bool


def slot_for(user: User, place: Place, form: forms.Form) -> Slot:
    """Say what the page tells of the draft of this form."""
    draft = find_draft(user, place)
    if draft is None:
        return Slot(place, version=0, saved_at=None, is_offered=False)
    return Slot(place, draft.body_version, draft.saved_at, is_offered=not form.is_bound)
