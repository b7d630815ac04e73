"""The demo's accounts: one or two of each role, named after the role, which exist in the demo only."""

from typing import Final

from django.contrib.auth.models import User

from hotline.people.roles import Role

MARK: Final = "@demo.invalid"
DEMO_USERNAMES: Final[dict[str, tuple[str, ...]]] = {
    Role.COUNSELLOR: ("kurator-1", "kurator-2", "kurator-3"),
    Role.SUPERVISOR: ("samordnare-1",),
    Role.RECIPIENT: ("kommun-1",),
    Role.AUDITOR: ("granskare-1",),
    Role.ADMINISTRATOR: ("administrator-1",),
}


def demo_person(role: str) -> User:
    """Give the account that one press on this role signs in to."""
    return User.objects.get(username=DEMO_USERNAMES[role][0], email__endswith=MARK, is_active=True)
