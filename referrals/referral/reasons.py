"""Why something was done, coded: free text about a caller has no place outside the sealed copy."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UnverifiedReason(models.TextChoices):
    """Why the caller was not asked whether the outcome is true."""

    ANONYMOUS = "anonymous", _("The caller is anonymous and cannot be asked")
    ASKED_NOT_TO = "asked_not_to", _("The caller asked not to be contacted")
    NOT_REACHED = "not_reached", _("The caller could not be reached again")
    UNSAFE = "unsafe", _("Asking could put somebody at risk")


class WithdrawReason(models.TextChoices):
    """Why a referral was taken back."""

    CALLER_WISH = "caller_wish", _("The caller changed their mind")
    SOLVED = "solved", _("The need is met in another way")
    BY_MISTAKE = "by_mistake", _("It was made by mistake")


class Basis(models.TextChoices):
    """On what a referral stands."""

    CONSENT = "consent", _("The caller's consent")
    DISCLOSURE = "disclosure", _("A decided disclosure")


class DisclosureGround(models.TextChoices):
    """Why something leaves without the caller's consent; the balancing itself is written in the case."""

    ACUTE_DANGER = "acute_danger", _("Acute danger to somebody's life or health")
    CHILD = "child", _("A child may be harmed: report of concern")
    SERIOUS_CRIME = "serious_crime", _("A serious crime may be prevented")
    OTHER_PROVISION = "other_provision", _("Another provision, named in the case")


class OverrideReason(models.TextChoices):
    """Why another contact point was chosen than the rules named."""

    CALLER_WISH = "caller_wish", _("The caller wishes it")
    CONFLICT = "conflict", _("Conflict of interest at the named function")
    AGREED = "agreed", _("Agreed with the function by phone")
    OTHER_NEED = "other_need", _("Another kind of help is needed")
