"""`make demo`: bring everything up on one address, let a morning of calls in, and stay until told to stop."""

import argparse
import sys
from pathlib import Path

from hotline.demo import fake_calls_records, setup, supervise
from hotline.environment import var_dir

BASE_DIR = Path(__file__).resolve().parent.parent.parent
MORNING_CALLS = 40
EARLIER_DAYS = 90


def main() -> int:
    """Set up what is missing, run the processes, say what to look at; give the exit code (0 when told to stop)."""
    parser = argparse.ArgumentParser(prog="python -m hotline.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--calls", type=int, default=MORNING_CALLS, help="calls of the morning")
    parser.add_argument("--days", type=int, default=EARLIER_DAYS, help="earlier days to load")
    arguments = parser.parse_args()
    with supervise.alone(var_dir()):
        supervise.refuse_taken(arguments.port)
        try:
            return _show(arguments)
        finally:
            _end_the_fake_provider()


def _show(arguments: argparse.Namespace) -> int:
    with supervise.Supervisor(BASE_DIR, var_dir()) as processes:
        setup.make_ready(var_dir(), port=arguments.port, days=arguments.days, run=processes.run)
        processes.start_all(port=arguments.port)
        setup.let_the_morning_in(arguments.port, calls=arguments.calls, run=processes.run)
        sys.stdout.write(setup.what_to_look_at(arguments.port))
        sys.stdout.flush()
        return processes.wait()
    return 0


def _end_the_fake_provider() -> None:
    """What `simulate_calls` left behind to be asked sees that its access is gone, and ends."""
    folder = var_dir() / "run"
    if access := fake_calls_records.read_access(folder):
        fake_calls_records.withdraw_access(folder, access)


if __name__ == "__main__":
    sys.exit(main())
