"""Load Sweden's counties and municipalities."""

import csv
from pathlib import Path

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FILES = Path(__file__).resolve().parents[1] / "coded" / "data"


def seed(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    alias = schema_editor.connection.alias
    counties = [apps.get_model("cases", "County")(**row) for row in _rows("counties.csv")]
    apps.get_model("cases", "County").objects.using(alias).bulk_create(counties, ignore_conflicts=True)
    municipality = apps.get_model("cases", "Municipality")
    rows = [municipality(county_id=row.pop("county"), **row) for row in _rows("municipalities.csv")]
    municipality.objects.using(alias).bulk_create(rows, ignore_conflicts=True)


def _rows(name: str) -> list[dict[str, str]]:
    with (FILES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_seed_coded_values")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
