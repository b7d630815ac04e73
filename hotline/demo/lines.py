"""The demo's three lines: one always open, one with office hours, one always closed. All numbers are fictitious.

The open one offers English and asks who calls.
"""

from datetime import time

from hotline.lines.models import Line, OpeningHours

ALWAYS_OPEN = "+4620100200"
OFFICE_HOURS = "+46846500410"
ALWAYS_CLOSED = "+46846500420"
DISCREET = "+46846500430"
WEEKDAYS = range(5)


def make_lines() -> Line:
    """Make the three lines where they are missing; give the one that is always open."""
    always, _made = Line.objects.get_or_create(
        number=ALWAYS_OPEN,
        defaults={
            "name": "Stödtelefonen",
            "mode": Line.Mode.ALWAYS,
            "other_languages": [Line.Language.ENGLISH],
            "asks_who_calls": True,
            "discreet_number": DISCREET,
        },
    )
    office, _made = Line.objects.get_or_create(
        number=OFFICE_HOURS, defaults={"name": "Kommunlinjen", "mode": Line.Mode.HOURS}
    )
    Line.objects.get_or_create(
        number=ALWAYS_CLOSED, defaults={"name": "Kvällslinjen", "mode": Line.Mode.CLOSED}
    )
    for weekday in WEEKDAYS:
        OpeningHours.objects.get_or_create(
            line=office, weekday=weekday, opens=time(9), defaults={"closes": time(15)}
        )
    return always
