"""Keep the lists that answers are chosen from: a value is added or retired, never deleted or given another sense."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.coded.models import CodedValue, Kind


class CodeTaken(Exception):
    """The code has been used in this list, perhaps by a value that is retired; it keeps its meaning for ever."""

    message = _("This code has been used before. Choose another.")


@transaction.atomic
def add_value(*, actor: Actor, kind: Kind, code: str, label_en: str, label_sv: str) -> CodedValue:
    """Add a value at the end of its list.

    Errors: CodeTaken.
    """
    value = CodedValue(kind=kind, code=code, label_en=label_en, label_sv=label_sv)
    used = CodedValue.objects.select_for_update().filter(kind=kind).values_list("code", "order")
    taken = dict(used)
    if code in taken:
        raise CodeTaken
    value.order = max(taken.values(), default=0) + 10
    value.save(force_insert=True)
    record(actor=actor, action=Action.VALUE_ADDED, subject=Subject("coded value", value.pk))
    return value


@transaction.atomic
def retire_value(*, actor: Actor, value: CodedValue) -> CodedValue:
    """Take a value off its list; rows that hold it keep it. Retiring a retired value changes nothing."""
    now = timezone.now()
    if CodedValue.objects.filter(pk=value.pk, retired_at__isnull=True).update(retired_at=now):
        record(actor=actor, action=Action.VALUE_RETIRED, subject=Subject("coded value", value.pk))
    value.refresh_from_db()
    return value
