"""Fill the demo with what a visitor needs to see."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hotline.demo.load import DAYS, load


class Command(BaseCommand):
    """Run by `make demo`; safe to run again."""

    help = "Load the demo's directory, lines, accounts and earlier days, where they are missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=DAYS, help="how many earlier days")

    def handle(self, *_args: object, **options: object) -> None:
        if not settings.HOTLINE_DEMO:
            message = "Made-up people and calls belong in the demo (HOTLINE_DEMO=1), never among real ones."
            raise CommandError(message)
        taken = load(days=int(str(options["days"])))
        self.stdout.write(f"  {taken} earlier calls" if taken else "  the data was there already")
