"""What the sequencer last said about itself, in a file beside the checkpoints that every process may read."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from audit.durable import write_durably

FILE = "state.json"


@dataclass(frozen=True)
class SequencerState:
    """When the newest checkpoint was last confirmed against the database, and why sealing has stopped, if it has."""

    confirmed_at: datetime | None = None
    alarm: str = ""


def load(directory: Path) -> SequencerState:
    """Read the state; empty where there is none, or none that can be read."""
    try:
        content = json.loads((directory / FILE).read_text(encoding="utf-8"))
        confirmed = content["confirmed_at"]
        return SequencerState(
            confirmed_at=datetime.fromisoformat(confirmed) if confirmed else None, alarm=content["alarm"]
        )
    except (OSError, ValueError, KeyError, TypeError):
        return SequencerState()


def save(directory: Path, state: SequencerState) -> None:
    """Write the state; not synced, for it describes this moment only."""
    content = asdict(state) | {"confirmed_at": state.confirmed_at and state.confirmed_at.isoformat()}
    write_durably(directory / FILE, json.dumps(content).encode(), synced=False)
