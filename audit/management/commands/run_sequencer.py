"""Run the sequencer until it is told to stop."""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from audit.sealing_loop import run


class Command(BaseCommand):
    """Seal every second; SIGTERM and SIGINT end the pass under way and then the process."""

    help = "Seal recorded entries every second and sign the trail's head, until SIGTERM or SIGINT."

    def handle(self, *_args: Any, **_options: Any) -> None:
        stop = threading.Event()

        def end(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        # set explicitly: a shell starts background processes with SIGINT ignored
        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        run(stop)
