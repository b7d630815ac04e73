"""What an emergency opening refuses, and what it says."""

from django.utils.translation import gettext_lazy as _

from cases.record.refusals import Refusal


class OpenToYou(Refusal):
    """The user may open the case already: there is nothing to break."""

    message = _("The case is open to you already.")


class OnlySupervisors(Refusal):
    """A case with protected identity is opened in an emergency by supervisors alone."""

    message = _("This case can be opened in an emergency by a supervisor only. Ask one.")


class OwnOpening(Refusal):
    """Nobody signs off what they opened themselves."""

    message = _("Somebody else must look at this: you opened it.")


class FindingMissing(Refusal):
    """A review ends with what was found."""

    message = _("Choose what you found.")


class TooManyKnocks(Refusal):
    """Too many references to cases of others were typed within the hour, by this user or by all together."""

    message = _("Too many references have been typed. Try again in an hour, or ask the supervisor.")
