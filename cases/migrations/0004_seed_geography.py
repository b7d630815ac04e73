"""Load Sweden's counties and municipalities."""

import csv
from pathlib import Path

from django.db import migrations

FILES = Path(__file__).resolve().parents[1] / "coded" / "data"


def seed(apps, schema_editor):
    alias = schema_editor.connection.alias
    counties = [apps.get_model("cases", "County")(**row) for row in _rows("counties.csv")]
    apps.get_model("cases", "County").objects.using(alias).bulk_create(counties, ignore_conflicts=True)
    municipality = apps.get_model("cases", "Municipality")
    rows = [municipality(county_id=row.pop("county"), **row) for row in _rows("municipalities.csv")]
    municipality.objects.using(alias).bulk_create(rows, ignore_conflicts=True)


def _rows(name):
    with (FILES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_seed_coded_values")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
