"""Say what has become of every call."""

import json
from argparse import ArgumentParser
from dataclasses import asdict

from django.core.management.base import BaseCommand

from hotline.calls.queries import tally


class Command(BaseCommand):
    """Offered always equals outcomes plus under way."""

    help = "Say what has become of every call."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON only")

    def handle(self, *_args: object, **options: object) -> None:
        counted = tally()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(counted)))
            return
        self.stdout.write(f"offered {counted.offered}")
        for outcome, n in counted.outcomes.items():
            self.stdout.write(f"  {outcome} {n}")
        self.stdout.write(f"  under way {counted.under_way}")
        self.stdout.write(f"duplicates dropped {counted.duplicates_dropped}")
