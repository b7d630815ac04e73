"""Tables brought in and given out: shown first, carried out once, and then exactly as it was shown."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.record.references import distinct_references
from cases.record.refusals import EditedMeanwhile
from referrals.clock.working_days import local_day
from referrals.directory.areas import Area
from referrals.directory.comparing import Change, Plan, plan_import
from referrals.directory.keeping import VERIFIED_PARTS, apply_details
from referrals.directory.models import ContactPoint, ImportedFile
from referrals.directory.table import COLUMNS, read_table, write_table
from referrals.directory.wording import said

BATCH = 500
REASON = "import"
UNCHANGED_BY_TABLES = ("id", "reference", "municipality", "county", "synthetic")


@transaction.atomic
def bring_table(*, actor: Actor, user: User, text: str, client_id: uuid.UUID) -> ImportedFile:
    """Keep a table so that its differences can be shown; nothing in the directory changes. Errors: TableUnreadable."""
    rows = read_table(text)
    values = {"text": text, "brought_at": timezone.now(), "brought_by": user}
    file, is_new = ImportedFile.objects.get_or_create(id=client_id, defaults=values)
    if is_new:
        record(actor=actor, action=Action.DIRECTORY_BROUGHT, subject=subject_of(file), rows=len(rows))
    return file


@transaction.atomic
def carry_out(*, actor: Actor, user: User, file: ImportedFile, digest: str) -> Plan | None:
    """Do what was shown under this digest; None when it was done before.

    Errors: TableUnreadable, EditedMeanwhile when the directory has changed so that something else would be done.
    """
    kept = ImportedFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if kept.carried_out_at is not None:
        return None
    plan = import_table(actor=actor, user=user, text=kept.text, digest=digest, subject=subject_of(kept))
    kept.carried_out_at = timezone.now()
    kept.save(update_fields=["carried_out_at"])
    return plan


@transaction.atomic
def import_table(
    *, actor: Actor, user: User | None, text: str, digest: str | None = None, subject: Subject | None = None
) -> Plan:
    """Carry a whole table out, or nothing of it. Errors: TableUnreadable, EditedMeanwhile."""
    list(ContactPoint.objects.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    plan = plan_import(text)
    if digest is not None and plan.digest != digest:
        raise EditedMeanwhile
    for change in plan.changes:
        _write(change)
    _save(plan, user)
    record(
        actor=actor,
        action=Action.DIRECTORY_IMPORTED,
        subject=subject,
        added=len(plan.added),
        changed=len(plan.changed),
        digest=plan.digest,
    )
    return plan


@transaction.atomic
def export_table(*, actor: Actor) -> str:
    """Give the live directory as a table, in one query, and record that it was given out."""
    related = ("municipality", "county", "district", "deputy", "fallback")
    points = ContactPoint.objects.live().select_related(*related)
    ordered = list(points.order_by("municipality__code", "county__code", "kind", "function", "id"))
    record(actor=actor, action=Action.DIRECTORY_EXPORTED, rows=len(ordered))
    return write_table(_rows(ordered))


def subject_of(file: ImportedFile) -> Subject:
    """Name a table in the trail."""
    return Subject(kind="table", reference=str(file.pk))


def _write(change: Change) -> None:
    point = change.point
    apply_details(point, change.details)
    if not change.is_new:
        point.version += 1
    if VERIFIED_PARTS & {difference.name for difference in change.differences}:
        point.last_verified_at, point.last_verified_by, point.verified_how = None, None, ""


def _save(plan: Plan, user: User | None) -> None:
    """Write all rows and their history in batches; foreign keys among them are checked when it is over."""
    common = {"batch_size": BATCH, "default_user": user, "default_change_reason": REASON}
    names = [each.name for each in ContactPoint._meta.fields if each.name not in UNCHANGED_BY_TABLES]
    added, changed = ([change.point for change in part] for part in (plan.added, plan.changed))
    for point, reference in zip(added, distinct_references("P", len(added), _taken), strict=True):
        point.reference = reference
    bulk_create_with_history(added, ContactPoint, **common)  # type: ignore[no-untyped-call]
    bulk_update_with_history(changed, ContactPoint, names, **common)  # type: ignore[no-untyped-call]


def _taken(references: set[str]) -> Iterable[str]:
    return ContactPoint.objects.filter(reference__in=references).values_list("reference", flat=True)


def _rows(points: Iterable[ContactPoint]) -> Iterable[dict[str, str]]:
    today = local_day()
    for point in points:
        area = Area(point.municipality, point.county)
        verified = local_day(point.last_verified_at).isoformat() if point.last_verified_at else ""
        told = {"area": area.code, "area_name": area.name, "standing": point.standing(today).value}
        own = {name: said(getattr(point, name)) for name in COLUMNS if name != "area"}
        yield own | told | {"last_verified": verified}
