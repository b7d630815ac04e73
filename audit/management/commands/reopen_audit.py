"""Let the trail go on after a restore."""

import getpass
import sys
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.reopening import (
    NothingToReopen,
    ReasonNeeded,
    RemainderAltered,
    TwoPersonsNeeded,
    reopen_trail,
)


class Command(BaseCommand):
    """Two persons, each with their own password, answer for what a restore lost."""

    help = (
        "Ask, as two persons, that the trail go on in a new generation after a restore lost sealed entries."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--first", required=True, help="username of an auditor or administrator")
        parser.add_argument("--second", required=True, help="username of another auditor or administrator")
        parser.add_argument("--reason", required=True, help="what was restored, and why")

    def handle(self, *_args: Any, **options: Any) -> None:
        first, second = _identify(options["first"]), _identify(options["second"])
        try:
            entry = reopen_trail(first=first, second=second, reason=options["reason"])
        except (TwoPersonsNeeded, ReasonNeeded, NothingToReopen, RemainderAltered) as error:
            raise CommandError(type(error).__doc__) from error
        self.stdout.write(
            f"Asked for in entry {entry}. The sequencer begins the new generation in its next pass."
        )


def _identify(username: str) -> User:
    """Find the user and have them type their password."""
    user = User.objects.filter(username=username).first()
    if user is None or not user.check_password(_password(username)):
        message = f"{username} could not be identified: the name or the password is wrong."
        raise CommandError(message)
    return user


def _password(username: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"Password of {username}: ")
    return sys.stdin.readline().rstrip("\n")
