"""Every model of the room, where Django looks for them."""

from referrals.delivery.models import Letter
from referrals.directory.models import ContactPoint, District, ImportedFile, Outreach, Recipient
from referrals.referral.correspondence import Question, Suggestion
from referrals.referral.lone_decisions import LoneDecision
from referrals.referral.models import Move, Referral, SealedCopy
from referrals.routing.models import RoutingRule
from referrals.systems.models import AccessToken, KeptAnswer, System, SystemSecret
from referrals.welcome.models import Welcome

__all__ = [
    "AccessToken",
    "ContactPoint",
    "District",
    "ImportedFile",
    "KeptAnswer",
    "Letter",
    "LoneDecision",
    "Move",
    "Outreach",
    "Question",
    "Recipient",
    "Referral",
    "RoutingRule",
    "SealedCopy",
    "Suggestion",
    "System",
    "SystemSecret",
    "Welcome",
]
