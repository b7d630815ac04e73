"""Bring a table into the directory: say what it would change, and with --carry-out change it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from audit.context import system_actor
from referrals.directory.comparing import Plan, plan_import
from referrals.directory.importing import import_table
from referrals.directory.table import TableUnreadable, decode


class Command(BaseCommand):
    """All or nothing: a fault on any line leaves the directory as it was."""

    help = (
        "Compare a CSV file with the directory and print every difference; with --carry-out, write them. "
        "Faults are told by line, and then nothing is changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--carry-out", action="store_true", help="do it, not only say it")

    def handle(self, *_args: Any, **options: Any) -> None:
        does = bool(options["carry_out"])
        try:
            with translation.override("en"):
                plan = self._plan(decode(options["file"].read_bytes()), does=does)
        except OSError as missing:
            raise CommandError(str(missing)) from missing
        except TableUnreadable as unreadable:
            lines = [f"line {fault.line}: {fault.sentence}" for fault in unreadable.faults]
            raise CommandError("\n".join(["Nothing is changed.", *lines])) from unreadable
        self._tell(plan)
        self.stdout.write("Carried out." if does else "Nothing is changed yet: add --carry-out.")

    def _plan(self, text: str, *, does: bool) -> Plan:
        return import_table(actor=system_actor("import"), user=None, text=text) if does else plan_import(text)

    def _tell(self, plan: Plan) -> None:
        for change in plan.changes:
            sign = "+" if change.is_new else "~"
            self.stdout.write(f"{sign} line {change.line}: {change.details.function} ({change.area.code})")
            for each in change.differences:
                self.stdout.write(f"    {each.name}: {each.old or '–'} → {each.new or '–'}")
        numbers = f"{len(plan.added)} new, {len(plan.changed)} changed, {plan.unchanged} as they were."
        self.stdout.write(numbers)
