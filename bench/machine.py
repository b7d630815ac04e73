"""Say on what a benchmark ran."""

import os
import platform
from pathlib import Path

import psutil


def describe() -> dict[str, object]:
    """Name the machine without naming it: cores, memory, kernel, Python, and how busy it was."""
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load_before": load(),
    }


def load() -> float:
    """Give how many processes wanted a core during the last minute."""
    return round(os.getloadavg()[0], 2)


def _processor() -> str:
    found = Path("/proc/cpuinfo")
    lines = found.read_text(encoding="utf-8").splitlines() if found.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
