"""Bring the tables of both databases up to date, as their owners."""

from django.core.management import call_command
from django.core.management.base import BaseCommand

WITH_KEYS = "cases"  # the one room that has tables in the keys database


class Command(BaseCommand):
    """What an installation runs before each new version starts serving; safe to run again."""

    help = "Migrate the main database and the keys database."

    def handle(self, *_args: object, **options: object) -> None:
        call_command("migrate", database="default", verbosity=options["verbosity"], interactive=False)
        call_command("migrate", WITH_KEYS, database="keys", verbosity=options["verbosity"], interactive=False)
