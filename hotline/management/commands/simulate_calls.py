"""Let simulated callers call: signed webhooks over HTTP, whole call lives, each with its true outcome."""

import json
import os
import secrets
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hotline.demo import fake_calls_records
from hotline.demo.simulate import DROP, FAULTS, Lines, Report, Run, simulate
from hotline.demo.simulate_staff import staffed
from hotline.demo.simulate_transport import HttpTransport, Signer, SimulationStopped
from hotline.lines.models import Line
from hotline.operations.line_configuration import wanted


class Command(BaseCommand):
    """Works beside the running demo; the same seed always tells the same story."""

    help = "Let simulated callers call the lines, following the TwiML they are given."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--base-url", required=True, help="where the webhooks are served")
        parser.add_argument("--calls", type=int, required=True)
        parser.add_argument("--seed", type=int, required=True)
        parser.add_argument("--run", default="", help="a name that makes the call ids the same again")
        parser.add_argument("--faults", default="", help="of the status callbacks: duplicate,shuffle,drop")
        parser.add_argument(
            "--serve-minutes",
            type=float,
            default=15,
            help="after drop: how long the provider can be asked",
        )
        parser.add_argument("--json", action="store_true", help="print JSON only")

    def handle(self, *_args: object, **options: object) -> None:
        if not (settings.HOTLINE_DEMO or settings.HOTLINE_TEST):
            message = "Simulated calls belong in the demo (HOTLINE_DEMO=1), never among real ones."
            raise CommandError(message)
        run = Run(
            calls=int(str(options["calls"])),
            seed=int(str(options["seed"])),
            name=str(options["run"]) or secrets.token_hex(8),
            faults=_faults(str(options["faults"])),
        )
        could_be_asked = _let_nobody_ask()
        report = _simulate(run, str(options["base_url"]))
        _leave_records(report)
        if could_be_asked or DROP in run.faults:
            _let_the_provider_be_asked(float(str(options["serve_minutes"])))
        self.stdout.write(json.dumps(report.as_json()) if options["json"] else _in_words(report))


def _simulate(run: Run, base_url: str) -> Report:
    open_line, closed_line = _line(Line.Mode.ALWAYS), _line(Line.Mode.CLOSED)
    transport = HttpTransport(base_url.rstrip("/"), Signer(settings.TWILIO_AUTH_TOKEN))
    lines = Lines(open=open_line.number, closed=closed_line.number)
    try:
        with staffed(open_line) as staff:
            return simulate(run, transport=transport, lines=lines, before_each=staff.ready)
    except (SimulationStopped, OSError) as error:
        message = f"The simulation stopped: {error}"
        raise CommandError(message) from error
    finally:
        transport.close()


def _let_nobody_ask() -> bool:
    """End an earlier run's fake, which knows nothing of this run's calls; says whether there was one."""
    access = fake_calls_records.read_access(_folder())
    if access:
        fake_calls_records.withdraw_access(_folder(), access)
    return access is not None


def _leave_records(report: Report) -> None:
    """Keep what the provider has on record beside what earlier runs left, and where its numbers lead."""
    right = wanted()
    urls = {
        "voice_url": right.voice_url,
        "status_callback": right.status_callback,
        "voice_fallback_url": right.fallback_url,
    }
    numbers = Line.objects.values_list("number", flat=True)
    fake_calls_records.add(_folder(), report.records, dict.fromkeys(numbers, urls))


def _let_the_provider_be_asked(minutes: float) -> None:
    """Leave a fake of the provider's interface behind, which `reconcile_calls` then asks."""
    token_file = os.environ.get("TWILIO_AUTH_TOKEN_FILE", "")
    try:
        fake_calls_records.serve_for(
            _folder(), account=settings.TWILIO_ACCOUNT_SID, minutes=minutes, token_file=token_file
        )
    except fake_calls_records.FakeDidNotStart as error:
        raise CommandError(error.__doc__) from error


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "run"


def _faults(text: str) -> frozenset[str]:
    faults = frozenset(text.split(",")) - {""}
    if unknown := faults - set(FAULTS):
        message = f"Unknown faults: {', '.join(sorted(unknown))}. There are: {', '.join(FAULTS)}."
        raise CommandError(message)
    return faults


def _line(mode: Line.Mode) -> Line:
    line = Line.objects.filter(mode=mode).order_by("number").first()
    if line is None:
        message = f"There is no line that is “{mode.value}”."
        raise CommandError(message)
    return line


def _in_words(report: Report) -> str:
    calls = [f"call {number}: {outcome}" for number, outcome in report.calls]
    return "\n".join([*calls, f"{len(report.calls)} calls, {report.sent} webhooks sent"])
