"""Verify the whole trail."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audit.verification.findings import Result, Verdict
from audit.verification.run import verify

SHOWN = 20
WORDS = {
    Result.WHOLE: "The trail is whole.",
    Result.TAMPERED: "The trail has been tampered with.",
    Result.SHORTER: "The trail is shorter than its newest checkpoint: if a backup was restored, run reopen_audit.",
}


class Command(BaseCommand):
    """Exit 0 where the trail is whole, 1 where it was tampered with, 3 where it is shorter than what was signed."""

    help = "Recompute the whole trail. Exits 0 whole, 1 tampered with, 3 shorter than its checkpoint."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the verdict as JSON, and nothing else")

    def handle(self, *_args: Any, **options: Any) -> None:
        verdict = verify()
        if options["json"]:
            self.stdout.write(json.dumps(verdict.as_json(), indent=2))
        else:
            self._tell(verdict)
        if verdict.result is not Result.WHOLE:
            sys.exit(verdict.result.value)

    def _tell(self, verdict: Verdict) -> None:
        for finding in verdict.findings[:SHOWN]:
            self.stdout.write(str(finding))
        if verdict.found > SHOWN:
            self.stdout.write(f"and {verdict.found - SHOWN} more")
        for each in verdict.generations:
            self.stdout.write(
                f"generation {each.number}: {each.size} signed from {each.first_index}, {each.root.hex()}"
            )
        self.stdout.write(
            f"{verdict.sealed} sealed, {verdict.waiting} waiting, {verdict.checkpoints} checkpoints"
        )
        if verdict.result is Result.SHORTER:
            self.stdout.write(f"sealed until {verdict.sealed_until}, signed until {verdict.signed_until}")
        self.stdout.write(WORDS[verdict.result])
