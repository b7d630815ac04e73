"""Every model of the room, where Django looks for them."""

from referrals.delivery.models import Letter
from referrals.directory.models import ContactPoint, Outreach, Recipient
from referrals.referral.models import Move, Referral, SealedCopy

__all__ = ["ContactPoint", "Letter", "Move", "Outreach", "Recipient", "Referral", "SealedCopy"]
