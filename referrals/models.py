"""Every model of the room, where Django looks for them."""

from referrals.delivery.models import Letter
from referrals.directory.models import ContactPoint, District, ImportedFile, Outreach, Recipient
from referrals.referral.models import Move, Referral, SealedCopy

__all__ = [
    "ContactPoint",
    "District",
    "ImportedFile",
    "Letter",
    "Move",
    "Outreach",
    "Recipient",
    "Referral",
    "SealedCopy",
]
