"""Bring keys and records into agreement after a restore, before the system serves."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.context import system_actor
from cases.vault.keyring import KeyringFault
from cases.vault.restores import Reconciliation, reconcile


class Command(BaseCommand):
    """Exit 0 where all is whole; 1 where a record has lost its key or a key its wrapping key."""

    help = (
        "Destroy again every key whose destruction is on record (in the main database or beside the checkpoints), "
        "and list records without keys. Run it after either database was restored, and once on a new installation."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--restored",
            action="store_true",
            help="a database was restored in place, which cannot be seen from here",
        )

    def handle(self, **options: Any) -> None:
        try:
            found = reconcile(actor=system_actor("reconcile_keys"), restored=options["restored"])
        except KeyringFault as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(f"{found.destroyed_again} destroyed keys were back and are destroyed again")
        self.stdout.write(f"{found.finished} ordered destructions finished")
        if found.returned_records:
            self.stdout.write(
                f"{found.returned_records} records came back whose keys were destroyed; they stay unreadable"
            )
        if found.torn_lines:
            self.stdout.write(f"{found.torn_lines} lines of the destruction log say nothing")
        self._report_faults(found)

    def _report_faults(self, found: Reconciliation) -> None:
        for kind, keys in found.lost.items():
            for key in keys:
                self.stderr.write(f"lost: the key {key} of a {kind}")
        for version in found.unopenable:
            self.stderr.write(f"missing: the wrapping key {version}")
        if not found.is_whole:
            message = "Not whole: restore the newest keys database and keyring, then run this again."
            raise CommandError(message)
