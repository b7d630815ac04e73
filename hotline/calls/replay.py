"""Take in what waited in the spool, and say so in the trail; the worker does this regularly."""

from django.db import transaction

from audit.actions import Action
from audit.context import Actor
from audit.services import record
from hotline.calls import spool


def replay_spool(*, actor: Actor) -> int:
    """Take in every waiting event and say how many were read; nothing is lost or doubled if this is cut off."""
    taken = spool.replay()
    if taken:
        with transaction.atomic():
            record(actor=actor, action=Action.SPOOL_REPLAYED, events=taken)
    return taken
