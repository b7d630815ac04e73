"""Put the first texts, checklists and pages there, for supervisors to change."""

import json
from datetime import timedelta
from pathlib import Path

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

FIRST = Path(__file__).resolve().parents[1] / "guidance" / "data" / "first.json"
REVIEW_AFTER = timedelta(days=180)


def write(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    first = json.loads(FIRST.read_text(encoding="utf-8"))
    now = timezone.now()
    text = apps.get_model("hotline", "Text")
    text.objects.bulk_create(
        text(phase=phase, language=language, version=1, body=body, changed_at=now)
        for phase, bodies in first["texts"].items()
        for language, body in bodies.items()
    )
    shelf = apps.get_model("hotline", "ShelfEntry")
    shelf.objects.bulk_create(
        shelf(
            title=page["title"],
            url=page["url"],
            summary_sv=page["sv"],
            summary_en=page["en"],
            review_on=now.date() + REVIEW_AFTER,
        )
        for page in first["shelf"]
    )
    for code, written in first["checklists"].items():
        _write_checklist(apps, code, written, now)


def _write_checklist(apps: StateApps, code: str, written: dict, now: object) -> None:
    item = apps.get_model("hotline", "ChecklistItem")
    checklist = apps.get_model("hotline", "Checklist").objects.create(
        code=code, version=1, title_sv=written["sv"], title_en=written["en"], changed_at=now
    )
    item.objects.bulk_create(
        item(checklist=checklist, position=position, text_sv=swedish, text_en=english)
        for position, (swedish, english) in enumerate(written["lines"], start=1)
    )


class Migration(migrations.Migration):
    dependencies = [("hotline", "0002_no_superusers")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
