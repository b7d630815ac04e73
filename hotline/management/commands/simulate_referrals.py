"""Let months of referrals pass with silent, slow and bouncing municipalities, and see that none is lost."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hotline.demo.simulate_referrals import Report, Simulation
from hotline.embedded.scratch import NotEmbedded, scratch_databases
from referrals.clock.working_days import local_day


class Command(BaseCommand):
    """Works in databases of its own, which it makes and drops; the real ones are not touched."""

    help = "Simulate referrals over some weeks; every one is closed with an outcome or names who acts next by when."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=90)
        parser.add_argument("--referrals", type=int, default=2000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--from", dest="first_day", type=date.fromisoformat, help="the first day; today if not said"
        )
        parser.add_argument("--json", action="store_true", help="print JSON only")

    def handle(self, *_args: object, **options: Any) -> None:
        if not (settings.HOTLINE_DEMO or settings.HOTLINE_TEST):
            message = "Simulated referrals belong in the demo (HOTLINE_DEMO=1)."
            raise CommandError(message)
        try:
            with scratch_databases():
                report = _simulate(options)
        except NotEmbedded as refusal:
            raise CommandError(refusal.__doc__) from refusal
        self.stdout.write(json.dumps(report.as_json()) if options["json"] else _in_words(report))
        if report.unaccounted:
            message = f"{len(report.unaccounted)} referrals are neither closed nor with anybody."
            raise CommandError(message)


def _simulate(options: dict[str, Any]) -> Report:
    return Simulation(
        days=options["days"],
        referrals=options["referrals"],
        seed=options["seed"],
        first_day=options["first_day"] or local_day(),
    ).run()


def _in_words(report: Report) -> str:
    said = report.as_json()
    lines = [f"{report.made} referrals in {report.days} days, {said['accounted_percent']} % accounted for"]
    for name in ("outcomes", "standing_with", "ladder", "functions", "working_days_to_opening"):
        lines.append(f"{name.replace('_', ' ')}:")
        counts = said[name]
        if isinstance(counts, dict):
            lines += [f"  {key.replace('_', ' ')}: {number}" for key, number in counts.items()]
    return "\n".join(lines)
