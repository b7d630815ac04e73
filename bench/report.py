"""Make figures that can be read: percentiles, ratios, and a small table."""

from collections.abc import Mapping, Sequence
from typing import Any

FLOOR, PLAIN = 0.5, 2.0
Cells = Mapping[str, Mapping[str, Mapping[str, Any]]]


def milliseconds(ordered: Sequence[float], percent: int) -> float:
    """Give a percentile of what is sorted already, in milliseconds."""
    if not ordered:
        return 0.0
    return round(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1000, 3)


def ratios(cells: Cells) -> dict[str, dict[str, Any]]:
    """Set ours beside the others, for every number of connections; what was not measured has no ratio."""
    return {
        number: {f"ours/{other}": _ratio(cells, other, number) for other in cells if other != "ours"}
        | {"reached": _reached(cells, number)}
        for number in cells["ours"]
    }


def table(measured: Mapping[str, Any]) -> str:
    """Write the figures for people."""
    lines = [f"{'':8}{'connections':>12}{'events/s':>12}{'p50 ms':>10}{'p99 ms':>10}{'errors':>8}"]
    for name, cells in measured["cells"].items():
        if "missing" in cells:
            lines.append(f"{name:8}{cells['missing']}")
            continue
        lines += [
            f"{name:8}{number:>12}{cell['events_per_s']:>12}{cell['p50_ms']:>10}{cell['p99_ms']:>10}{cell['errors']:>8}"
            for number, cell in cells.items()
        ]
    for number, each in measured["ratios"].items():
        shown = ", ".join(f"{name} {value}" for name, value in each.items())
        lines.append(f"{number} at a time: {shown}")
    lines.append("written: " + ", ".join(f"{name} {value}" for name, value in measured["written"].items()))
    return "\n".join(lines) + "\n"


def _ratio(cells: Cells, other: str, number: str) -> float:
    ours, theirs = (float(cells[name][number]["events_per_s"]) for name in ("ours", other))
    return round(ours / theirs, 2) if theirs else 0.0


def _reached(cells: Cells, number: str) -> bool | None:
    """Tell whether both aims are met; None where the plain build was not there."""
    if "plain" not in cells:
        return None
    return _ratio(cells, "bare", number) >= FLOOR and _ratio(cells, "plain", number) >= PLAIN


def board(measured: Mapping[str, Any]) -> str:
    """Write the board's figures for people."""
    shown = ("desks", "rounds", "p50_ms", "p99_ms", "max_ms", "reached", "memory_a_desk_kib", "process_mib", "threads",
             "database_connections")  # fmt: skip
    return "".join(f"{name:22}{measured[name]}\n" for name in shown)
