"""Prove that our lines work, or say what is missing."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.context import system_actor
from hotline.calls.models import Call, LineCheck
from hotline.operations import line_check
from hotline.telephony.api import ApiError, NotOffered

ACTOR = system_actor("line-check")
ARRIVES_WITHIN_S = 30
LOOK_EVERY_S = 0.5


class Command(BaseCommand):
    """Exit 0: every line is proven. Exit 1: one is not."""

    help = "Check that the provider points at us, that both know the same calls, and that calls come in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--call", action="store_true", help="place the test calls first, and await them")

    def handle(self, *_args: object, **options: object) -> None:
        if options["call"]:
            self._ring()
        checks = line_check.check_lines(actor=ACTOR, at=timezone.now())
        if not checks:
            message = "Nothing was checked: no API key is set, or the provider has none of our numbers."
            raise CommandError(message)
        self.stdout.write("\n".join(_in_words(check) for check in checks))
        if not all(check.is_proven for check in checks):
            sys.exit(1)

    def _ring(self) -> None:
        begun = timezone.now()
        try:
            placed = line_check.ring_lines(actor=ACTOR)
        except (ApiError, NotOffered) as error:
            raise CommandError(error.__doc__) from error
        if not placed:
            message = "No test call was placed: give TEST_CALL_NUMBER, a number of ours at the provider."
            raise CommandError(message)
        deadline = time.monotonic() + ARRIVES_WITHIN_S
        arrived = Call.objects.filter(is_test=True, ended_at__gte=begun)
        while arrived.count() < placed and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY_S)
        self.stdout.write(f"{arrived.count()} of {placed} test calls came in")


def _in_words(check: LineCheck) -> str:
    missing = [what for what, holds in _parts(check) if not holds]
    return f"{check.line.number} " + ("proven" if check.is_proven else "not proven: " + ", ".join(missing))


def _parts(check: LineCheck) -> Sequence[tuple[str, bool | None]]:
    asked = check.points_at_us is not None
    return (
        ("the provider could not be asked", asked),
        ("the provider does not point at us", check.points_at_us or not asked),
        ("the calls of the last day differ", check.counts_agree or not asked),
        ("no call came in lately", check.is_proven or not (check.points_at_us and check.counts_agree)),
    )
