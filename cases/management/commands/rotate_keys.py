"""Replace the wrapping keys, and destroy those retired long enough ago."""

import argparse
import re
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audit.context import system_actor
from cases.vault.keyring import KeyringFault
from cases.vault.models import Purpose
from cases.vault.register import rotation_due
from cases.vault.rotation import BATCH, Rotation, StillInUse, destroy_retired, rotate


def days(text: str) -> timedelta:
    """Read `30d` as thirty days."""
    if not re.fullmatch(r"\d{1,4}d", text):
        message = f"“{text}” is not a number of days such as 30d."
        raise argparse.ArgumentTypeError(message)
    return timedelta(days=int(text[:-1]))


class Command(BaseCommand):
    """Rotate while the system runs; a run that was cut off is taken up by the next."""

    help = (
        "Make a new version of each wrapping key and wrap all data keys under it; notes stay as they are. "
        "With --retire-older-than, destroy for good the versions that were retired at least so long ago."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--purpose", choices=Purpose.values, action="append", help="only this one (repeatable)"
        )
        parser.add_argument(
            "--due", action="store_true", help="only where the version is a month old, for a daily job"
        )
        parser.add_argument("--batch", type=int, default=BATCH, help="rows in one transaction")
        parser.add_argument(
            "--retire-older-than", type=days, metavar="DAYS", help="for example 30d; only this is done"
        )

    def handle(self, **options: Any) -> None:
        purposes = options["purpose"] or Purpose.values
        try:
            if options["retire_older_than"] is not None:
                self._destroy(purposes, options["retire_older_than"])
            else:
                self._rotate(purposes, options)
        except (KeyringFault, StillInUse) as fault:
            raise CommandError(str(fault)) from fault

    def _rotate(self, purposes: list[str], options: dict[str, Any]) -> None:
        if options["due"]:
            purposes = [purpose for purpose in purposes if rotation_due(purpose, now=timezone.now())]
        done = [self._rotate_one(purpose, options["batch"]) for purpose in purposes]
        refused = sum(len(rotation.refused) for rotation in done)
        if refused:
            message = f"{refused} keys did not open; they and the older versions stay as they are. Run reconcile_keys."
            raise CommandError(message)

    def _rotate_one(self, purpose: str, batch: int) -> Rotation:
        actor = system_actor("rotate_keys")
        rotation = rotate(actor=actor, purpose=purpose, batch=batch, progress=self._show)
        self.stdout.write(f"{purpose}: version {rotation.version}, {rotation.rewrapped} keys wrapped anew")
        for key_id in rotation.refused:
            self.stderr.write(f"{purpose}: {key_id} did not open")
        return rotation

    def _destroy(self, purposes: list[str], older_than: timedelta) -> None:
        for purpose in purposes:
            actor = system_actor("rotate_keys")
            destroyed = destroy_retired(actor=actor, purpose=purpose, older_than=older_than)
            self.stdout.write(f"{purpose}: {destroyed} older versions destroyed")

    def _show(self, purpose: str, done: int, total: int) -> None:
        self.stderr.write(f"{purpose}: {done} of {total}")
