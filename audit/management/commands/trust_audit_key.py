"""Introduce the next signing key."""

import base64
import binascii
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import external, trusted_keys
from audit.external import ExternalLog
from audit.locks import one_pass_at_a_time
from audit.notes import public_of


class Command(BaseCommand):
    """Trust a new signing key from the next checkpoint on; afterwards give it to the sequencer and restart that."""

    help = "Trust a new signing key from the next checkpoint on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key_file", help="file with the new signing key: 32 bytes in base64")

    def handle(self, *_args: Any, **options: Any) -> None:
        directory = settings.AUDIT_CHECKPOINT_DIR
        public = public_of(_seed(options["key_file"]))
        with one_pass_at_a_time(directory):
            log = ExternalLog.of(directory, external.newest_generation(directory))
            head = log.newest()
            if head is None:
                message = "Nothing was signed yet: the first key that signs is trusted by itself."
                raise CommandError(message)
            key = trusted_keys.rotate(log.folder, public=public, size=head.size)
        self.stdout.write(f"{key} is trusted from size {head.size + 1} on.")


def _seed(path: str) -> bytes:
    try:
        with open(path, encoding="ascii") as file:  # noqa: PTH123 - the path is the user's own words
            return base64.b64decode(file.read().strip(), validate=True)
    except (OSError, binascii.Error, UnicodeDecodeError) as error:
        message = f"{path} does not hold a key of 32 bytes in base64."
        raise CommandError(message) from error
