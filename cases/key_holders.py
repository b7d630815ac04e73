"""Say which data keys the room's rows name: the vault lists what is lost and sweeps what nobody names."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from cases.break_glass.models import BreakGlass
from cases.followups.models import FollowUp
from cases.handover.models import HandOver
from cases.record.models import Case, Contact, Draft, LifeEvent, NoteVersion
from cases.second_looks.models import SecondLook


def of_the_record() -> Mapping[str, Iterable[UUID]]:
    """Give the keys that cases (with all that is written in them), contacts and drafts name, histories included."""
    case_rows = (
        *(Case.objects, Case.history, NoteVersion.objects, FollowUp.objects, FollowUp.history),
        *(HandOver.objects, SecondLook.objects, LifeEvent.objects, BreakGlass.objects),
    )
    contact_rows = (Contact.objects, Contact.history)
    return {
        "case": _named(case_rows),
        "contact": _named(contact_rows),
        "draft": set(Draft.objects.values_list("key", flat=True)),
    }


def _named(managers: Iterable[object]) -> set[UUID]:
    rows = (manager.values_list("key", flat=True).distinct() for manager in managers)  # type: ignore[attr-defined]
    return {key for keys in rows for key in keys if key is not None}
