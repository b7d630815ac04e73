"""Show where the provider sends what happens on our lines, and lead them to us."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from audit.context import system_actor
from hotline.calls.provider_api import api_of
from hotline.lines.models import Line
from hotline.operations import line_configuration
from hotline.telephony.api import ApiError, NotOffered


class Command(BaseCommand):
    """Prints what changes, or would change; safe to run again."""

    help = "Set a line's addresses at the provider: voice, status and fallback, with connection overrides."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--number", default="", help="of one line, in international form; else every line"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would change, and change nothing"
        )

    def handle(self, *_args: object, **options: object) -> None:
        number = str(options["number"])
        lines = Line.objects.filter(number=number) if number else Line.objects.all()
        if not lines:
            message = f"No line has the number {number}." if number else "There is no line."
            raise CommandError(message)
        try:
            for line in lines.order_by("number"):
                self._configure(line, dry_run=bool(options["dry_run"]))
        except NotOffered as error:
            message = "No API key is set: give TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET."
            raise CommandError(message) from error
        except (ApiError, line_configuration.NotEncrypted, line_configuration.NumberUnknown) as error:
            raise CommandError(error.__doc__) from error

    def _configure(self, line: Line, *, dry_run: bool) -> None:
        api = api_of("twilio")
        if dry_run:
            found = line_configuration.differences(line, api=api)
        else:
            actor = system_actor("configure_line")
            found = line_configuration.configure(actor=actor, line=line, api=api)
        self.stdout.write(f"{line.number} {line.name}: " + ("" if found else "as it should be"))
        for each in found:
            self.stdout.write(f"  {each.field}")
            self.stdout.write(f"  - {each.before}")
            self.stdout.write(f"  + {each.after}")
        if found and dry_run:
            self.stdout.write("  Nothing was changed.")
