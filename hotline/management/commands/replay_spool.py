"""Take in the calls that waited on disk while the database was away."""

from django.core.management.base import BaseCommand

from audit.context import system_actor
from hotline.calls.replay import replay_spool


class Command(BaseCommand):
    """Safe to run at any time, again and beside another."""

    help = "Take in the calls that waited on disk while the database was away."

    def handle(self, *_args: object, **_options: object) -> None:
        taken = replay_spool(actor=system_actor("spool"))
        self.stdout.write(f"{taken} events taken in")
