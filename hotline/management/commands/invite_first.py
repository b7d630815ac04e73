"""Invite the first administrator and the first supervisor of a new house; afterwards people invite each other."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from hotline.people.first_people import HouseIsInhabited, invite_first


class Command(BaseCommand):
    """Print two links, each good once and for three days."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--administrator", required=True, metavar="E-MAIL")
        parser.add_argument("--supervisor", required=True, metavar="E-MAIL")

    def handle(self, *_args: object, **options: object) -> None:
        try:
            links = invite_first(
                administrator=str(options["administrator"]), supervisor=str(options["supervisor"])
            )
        except HouseIsInhabited as error:
            raise CommandError(error.__doc__) from error
        for username, link in links.items():
            self.stdout.write(f"{username}: {link}")
