"""Compare our calls with the provider's record of them, repair what can be repaired, and name every difference."""

import json
import sys
from argparse import ArgumentParser
from datetime import datetime, timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from audit.context import system_actor
from hotline.calls.models import Reconciliation
from hotline.calls.provider_api import api_of
from hotline.calls.reconcile import Comparison, WindowTooLong, reconcile
from hotline.calls.replay import replay_spool
from hotline.lines.models import Line
from hotline.telephony.api import ApiError, NotOffered

ACTOR = system_actor("reconciliation")
USUAL = timedelta(hours=48)


class Command(BaseCommand):
    """Exit 0: both agree now. Exit 1: differences remain. Safe to run again at any time."""

    help = "Compare our calls with the provider's record of them and repair what can be repaired."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", default="", help="a day or a moment; else 48 hours ago")
        parser.add_argument("--until", default="", help="a day or a moment; else now")
        parser.add_argument(
            "--delete", action="store_true", help="once both agree, delete the provider's records"
        )
        parser.add_argument(
            "--delete-after",
            type=float,
            default=24,
            metavar="HOURS",
            help="how long ago a call must have ended",
        )
        parser.add_argument("--json", action="store_true", help="print JSON only")

    def handle(self, *_args: object, **options: object) -> None:
        now = timezone.now()
        since, until = _moment(str(options["since"])) or now - USUAL, _moment(str(options["until"])) or now
        if since >= until:
            message = "The beginning must lie before the end."
            raise CommandError(message)
        kept = timedelta(hours=float(str(options["delete_after"])))
        made = _reconcile(since, until, delete_ended_before=now - kept if options["delete"] else None)
        self.stdout.write(json.dumps(_as_json(made)) if options["json"] else _in_words(made))
        if not made.is_whole:
            sys.exit(1)


def _reconcile(since: datetime, until: datetime, *, delete_ended_before: datetime | None) -> Reconciliation:
    comparison = Comparison("twilio", list(Line.objects.all()), since, until)
    try:
        api = api_of(comparison.provider)
        replay_spool(actor=ACTOR)  # what only waited is no gap
        return reconcile(actor=ACTOR, comparison=comparison, api=api, delete_ended_before=delete_ended_before)
    except NotOffered as error:
        message = "No API key is set: give TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET."
        raise CommandError(message) from error
    except (ApiError, WindowTooLong) as error:
        raise CommandError(error.__doc__) from error


def _moment(text: str) -> datetime | None:
    """Read a day, which begins at midnight here, or a moment."""
    if not text:
        return None
    day = parse_date(text) if len(text) == len("2026-11-22") else None
    moment = datetime.combine(day, datetime.min.time()) if day else parse_datetime(text)
    if moment is None:
        message = f"{text} is neither a day (2026-11-22) nor a moment (2026-11-22T09:00)."
        raise CommandError(message)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _gaps(made: Reconciliation) -> list[dict[str, object]]:
    gaps = made.gaps.select_related("call").order_by("kind", "call__offered_at")
    return [{"kind": gap.kind, "call": gap.call.reference, "repaired": gap.is_repaired} for gap in gaps]


def _as_json(made: Reconciliation) -> dict[str, object]:
    return {
        "since": made.since.isoformat(),
        "until": made.until.isoformat(),
        "listed": made.listed,
        "repaired": made.repaired,
        "deleted": made.deleted,
        "agrees": made.is_whole,
        "gaps": _gaps(made),
    }


def _in_words(made: Reconciliation) -> str:
    gaps = [f"  {gap['call']} {gap['kind']}{', repaired' if gap['repaired'] else ''}" for gap in _gaps(made)]
    counted = f"{made.listed} calls on the provider's record, {made.repaired} repaired, {made.deleted} deleted there"
    return "\n".join([counted, *gaps, "Both agree." if made.is_whole else "Differences remain."])
