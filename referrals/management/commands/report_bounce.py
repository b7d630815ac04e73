"""Take in a message that came back: the mail server hands it to this command, whole, on its standard input."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audit.context import system_actor
from referrals.delivery.undelivered import letters_named_in, report_bounce

MOST_BYTES = 1024 * 1024


class Command(BaseCommand):
    """Note which letters came back; where they went counts as unreliable until somebody verifies it."""

    help = (
        "Read a returned message from standard input and note which of our letters came back. "
        "Lead the address that receives returned mail to it, for instance with a pipe transport."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", help="a file with the message; without it, standard input")

    def handle(self, **options: Any) -> None:
        if options["file"]:
            with open(options["file"], "rb") as file:  # noqa: PTH123 - a path a person typed
                returned = file.read(MOST_BYTES)
        else:
            returned = sys.stdin.buffer.read(MOST_BYTES)
        letters = letters_named_in(returned)
        for letter in letters:
            report_bounce(actor=system_actor("mail"), letter=letter)
        self.stdout.write(f"{len(letters)} letters came back")
