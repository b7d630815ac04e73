"""Run once in a fresh world: the plain build's tables, and one line that is open."""

import django
from django.core.management import call_command

from bench.world import LINE_NUMBER


def main() -> None:
    """Furnish the plain build's database."""
    django.setup()
    call_command("migrate", verbosity=0)
    from bench.plain.calls.models import Line, OpeningHours  # noqa: PLC0415 - models load after the setup

    line = Line.objects.create(number=LINE_NUMBER, name="Stödtelefonen")
    for weekday in range(7):
        OpeningHours.objects.create(line=line, weekday=weekday, opens="00:00", closes="23:59:59.999999")


if __name__ == "__main__":
    main()
