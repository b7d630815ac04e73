"""The seam through which other parts of the door let go of somebody who leaves, or who gets another role."""

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.module_loading import import_string

from audit.context import Actor


def let_go(*, actor: Actor, person: User) -> None:
    """End, in the caller's transaction, what a person was doing in the role they had."""
    for name in settings.LEAVING:
        import_string(name)(actor=actor, user=person)
