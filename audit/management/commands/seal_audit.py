"""Seal what waits, once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.sequencer import Inconsistent, SigningKeyMissing, seal_pending
from audit.trusted_keys import KeyNotTrusted


class Command(BaseCommand):
    """Make one pass beside, or instead of, the sequencer."""

    help = "Seal recorded entries once and print the trail's size and root."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            result = seal_pending()
        except (Inconsistent, KeyNotTrusted, SigningKeyMissing) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{result.size} {result.root.hex()}")
