"""Migrations are complete, reversible, and named by what they do."""

import re

import pytest
from django.core.management import call_command
from django.db.migrations import Migration, RunPython, RunSQL
from django.db.migrations.loader import MigrationLoader

from tests.house import ROOMS

GENERATED_NAME = re.compile(r"_auto_|_and_more$|^\d{4}_alter_|^\d{4}_remove_")


def own_migrations() -> list[Migration]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    own = [migration for (room, _name), migration in loader.disk_migrations.items() if room in ROOMS]
    return sorted(own, key=str)


@pytest.mark.django_db
def test_no_change_of_a_model_lacks_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("migration", own_migrations(), ids=str)
def test_every_migration_can_be_undone_and_has_a_name(migration: Migration) -> None:
    assert not GENERATED_NAME.search(migration.name)
    for operation in migration.operations:
        if isinstance(operation, RunPython | RunSQL):
            assert operation.reversible, f"{migration}: {operation.describe()}"


@pytest.mark.parametrize("migration", own_migrations(), ids=str)
def test_schema_and_data_never_travel_together(migration: Migration) -> None:
    moves_data = [operation for operation in migration.operations if isinstance(operation, RunPython)]
    assert not moves_data or len(moves_data) == len(migration.operations)
