"""Where each role's work begins."""

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse

FIRST_PAGES = (
    ("hotline.view_desk", "desk:desk"),
    ("referrals.receive", "referrals:portal-inbox"),
    ("audit.read_trail", "audit:trail"),
    ("hotline.manage_people", "people:list"),
)


def first_page(user: User | AnonymousUser) -> str:
    """Give the address of the page somebody's work begins on; for the anonymous, signing in."""
    if user.is_authenticated:
        for permission, name in FIRST_PAGES:
            if user.has_perm(permission):
                return reverse(name)
    return reverse("account_login")
