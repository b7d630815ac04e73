#!/usr/bin/env python
"""Run a command of the project, beside the demo if one has been set up here."""

import os
import sys

from hotline.environment import load_demo_environment, role_of_command, var_dir


def main() -> None:
    """Hand the command line to Django with the settings and the database role that fit it."""
    load_demo_environment(var_dir() / "demo.env")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotline.settings")
    os.environ.setdefault("HOTLINE_ROLE", role_of_command(sys.argv[1] if len(sys.argv) > 1 else "help"))
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - after the environment is set

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
