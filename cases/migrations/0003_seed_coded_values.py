"""Fill the lists that answers are chosen from."""

import csv
from collections import Counter
from pathlib import Path

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

VALUES = Path(__file__).resolve().parents[1] / "coded" / "data" / "values.csv"


def seed(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    coded_value = apps.get_model("cases", "CodedValue")
    places = Counter()
    rows = []
    with VALUES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            places[row["kind"]] += 10
            rows.append(coded_value(id=f"{row['kind']}:{row['code']}", order=places[row["kind"]], **row))
    coded_value.objects.using(schema_editor.connection.alias).bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_codes_are_never_reused")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
