"""Everything the trail can say was done: one word per act, `noun:noun:verb`, never reused and never removed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    """Each room keeps its own block; the label is what the auditor reads."""

    # audit
    ACCESS_REFUSED = "access:page:refused", _("Access refused")
    REQUESTS_REFUSED = "access:requests:refused", _("Unidentified requests refused")
    TRAIL_SEARCHED = "trail:entries:searched", _("Trail looked at")
    TRAIL_ENTRY_READ = "trail:entry:read", _("Trail entry read")
    TRAIL_PROOF_DOWNLOADED = "trail:proof:downloaded", _("Proof downloaded")
    TRAIL_REOPENED = "trail:generation:opened", _("Trail reopened after a restore")

    # people

    # calls

    # cases

    # vault

    # referrals

    # desk

    # statistics
