"""Move protected identity from flags to their cases, and give every other flag a last day."""

from datetime import timedelta

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

SHOWN_FOR = timedelta(days=90)


def move(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    alias = schema_editor.connection.alias
    flags = apps.get_model("cases", "Flag").objects.using(alias)
    protecting = flags.filter(kind="protected_identity")
    up = protecting.filter(lifted_at__isnull=True).values("case")
    apps.get_model("cases", "Case").objects.using(alias).filter(pk__in=up).update(protected=True)
    protecting.delete()
    flags.filter(until__isnull=True).update(until=timezone.localdate() + SHOWN_FOR)


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_case_life")]
    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
