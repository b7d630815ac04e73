"""The vault's daily tidying: finish destructions, destroy old period keys, sweep orphans."""

from typing import Any

from django.core.management.base import BaseCommand

from audit.context import system_actor
from cases.vault.orphans import may_sweep, sweep_orphans
from cases.vault.pseudonyms import expire_period_keys
from cases.vault.shredding import finish_destructions


class Command(BaseCommand):
    """Safe to run at any time and twice."""

    help = (
        "Finish ordered destructions, destroy period keys after sixty days, sweep keys that no record names."
    )

    def handle(self, **_options: Any) -> None:
        actor = system_actor("shred_keys")
        expired = expire_period_keys(actor=actor)
        self.stdout.write(f"{len(expired)} period keys over")
        if may_sweep():
            self.stdout.write(f"{sweep_orphans(actor=actor)} orphans swept")
        else:
            self.stdout.write("no sweep within 35 days of a restore")
        self.stdout.write(f"{finish_destructions(actor=actor)} destructions finished late")
