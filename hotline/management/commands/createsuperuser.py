"""Stand in the way of Django's own command: this house has no superusers."""

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Refuse, and say what to do instead."""

    help = "Refused: nobody passes every gate here. Use invite_first."

    def handle(self, *_args: object, **_options: object) -> None:
        message = "Nobody passes every gate here. Invite the first people with: manage.py invite_first"
        raise CommandError(message)
