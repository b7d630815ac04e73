"""Run once in a fresh world, as the owner of the tables: today's migrations, and one line that is open."""

import django
from django.core.management import call_command

from bench.world import LINE_NUMBER


def main() -> None:
    """Furnish the two databases of an installation."""
    django.setup()
    call_command("prepare", verbosity=0)
    from hotline.lines.models import Line, OpeningHours  # noqa: PLC0415 - models load after the setup

    line = Line.objects.create(number=LINE_NUMBER, name="Stödtelefonen", closed_on_holidays=False)
    for weekday in range(7):
        OpeningHours.objects.create(line=line, weekday=weekday, opens="00:00", closes="00:00")


if __name__ == "__main__":
    main()
