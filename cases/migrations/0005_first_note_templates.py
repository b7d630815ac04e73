"""Give counsellors three templates to begin from; supervisors change them as they like."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TEMPLATES = (
    (
        "Första samtalet",
        "First conversation",
        "Vad den som ringer har sett:\n\nSedan när:\n\nVem som redan vet:\n\nVad som skyddar:\n\nVad vi kom fram till:\n",
        "What the caller has seen:\n\nSince when:\n\nWho knows already:\n\nWhat protects:\n\nWhat we agreed on:\n",
    ),
    (
        "Uppföljande samtal",
        "Follow-up conversation",
        "Vad som har hänt sedan sist:\n\nVad som blev gjort av det vi kom fram till:\n\nHur oron är nu:\n\nNästa steg:\n",
        "What has happened since last time:\n\nWhat was done of what we agreed on:\n\nHow the concern is now:\n\nNext:\n",
    ),
    (
        "Övervägande om orosanmälan",
        "Considering a report of concern",
        "Vad som talar för:\n\nVad som talar emot:\n\nVem som rådfrågades:\n\nVad som bestämdes, och varför:\n",
        "What speaks for it:\n\nWhat speaks against it:\n\nWho was consulted:\n\nWhat was decided, and why:\n",
    ),
)


def seed(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    database = schema_editor.connection.alias
    template, version = (
        apps.get_model("cases", "NoteTemplate"),
        apps.get_model("cases", "NoteTemplateVersion"),
    )
    for place, (title_sv, title_en, text_sv, text_en) in enumerate(TEMPLATES, start=1):
        made = template.objects.using(database).create(order=place * 10)
        version.objects.using(database).create(
            template=made, number=1, title_sv=title_sv, title_en=title_en, text_sv=text_sv, text_en=text_en
        )


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_seed_geography")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
