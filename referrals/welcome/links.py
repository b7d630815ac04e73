"""The link in a welcome letter: signed with a key that is in no database, so a dump opens nothing."""

from django.core import signing
from django.urls import reverse

from cases.vault.keyring import keyring
from referrals.welcome.models import Welcome

SALT = "referrals.welcome"


class WelcomeUnusable(LookupError):
    """The link is not one of ours, has expired, or has been used."""


def path_of(welcome: Welcome) -> str:
    """Write the path of the page on which a function's first recipient makes their account."""
    return reverse("referrals:welcome", args=[_signer().sign(welcome.reference)])


def find_welcome(token: str) -> Welcome:
    """Give the welcome behind a link that can still be used. Errors: WelcomeUnusable."""
    try:
        reference = _signer().unsign(token)
    except signing.BadSignature:
        raise WelcomeUnusable from None
    related = ("contact_point__municipality", "contact_point__county")
    found = Welcome.objects.select_related(*related).filter(reference=reference).first()
    if found is None or not found.is_usable:
        raise WelcomeUnusable
    return found


def _signer() -> signing.Signer:
    return signing.Signer(key=keyring().static_key("mail-links").hex(), salt=SALT)
