"""Give the directory out as a table that spreadsheets open."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.context import system_actor
from referrals.directory.importing import export_table


class Command(BaseCommand):
    """What it writes, import_directory reads."""

    help = "Write the directory as a CSV file; that it was given out is recorded."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")

    def handle(self, *_args: Any, **options: Any) -> None:
        text = export_table(actor=system_actor("export"))
        try:
            options["file"].write_text(text, encoding="utf-8", newline="")
        except OSError as wrong:
            raise CommandError(str(wrong)) from wrong
        self.stdout.write(f"Written to {options['file']}.")
