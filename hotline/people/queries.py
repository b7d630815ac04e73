"""What the people's pages read."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet

from hotline.people.models import Change, Invitation
from hotline.people.second_factor import FACTORS


def people() -> QuerySet[User]:
    """List everybody with their role and whether they have enrolled a second factor, the active first.

    The accounts that municipalities' systems act as are nobody; they have a page of their own.
    """
    enrolled = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=FACTORS)
    return (
        User.objects.filter(municipal_system=None)
        .annotate(has_second_factor=Exists(enrolled))
        .prefetch_related("groups")
        .order_by("-is_active", "username")
    )


def waiting_changes() -> QuerySet[Change]:
    """List what waits for a second person, the oldest first."""
    waiting = Change.objects.filter(state=Change.State.PENDING)
    return waiting.select_related("person", "invitation", "requested_by")


def open_invitations() -> QuerySet[Invitation]:
    """List who was invited and has not come yet, the newest first."""
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None).select_related(
        "invited_by", "contact_point"
    )
