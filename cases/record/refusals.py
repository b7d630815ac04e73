"""What a service says when it refuses: nothing was changed, and the message is for the person who asked."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """The record refused the request, and changed nothing."""

    message: Promise = _("This cannot be done now.")


class NoAccess(Refusal):
    """The user has no live grant to the case, or did not log the contact."""

    message = _("You do not have access to this.")


class EditedMeanwhile(Refusal):
    """Somebody else saved a newer version after this one was opened."""

    message = _(
        "Somebody else has changed this since you opened it. Look at the new version, then save yours."
    )


class EmptyText(Refusal):
    """A text that must be written is empty."""

    message = _("Write something first.")


class ReasonMissing(Refusal):
    """A reason is required and was not given."""

    message = _("Give a reason.")


class UnknownValue(Refusal):
    """The coded value does not exist, is of another kind, or has been retired."""

    message = _("This answer can no longer be chosen. Choose another.")


class AlreadyInCase(Refusal):
    """The contact belongs to a case already."""

    message = _("This contact already belongs to a case.")


class IdTaken(Refusal):
    """The id that the page made is already another row's."""

    message = _("This page is out of date. Open it again.")


class MoveRefused(Refusal):
    """The state does not allow this move."""

    message = _("This cannot be done in the state the case is in.")


class CaseIsClosed(Refusal):
    """Nothing is added to a closed case; it must be reopened first."""

    message = _("The case is closed. Reopen it first.")


class OutcomeMissing(Refusal):
    """A case closes with an outcome only."""

    message = _("Choose an outcome first.")


class FollowUpOverdue(Refusal):
    """A case does not close while a follow-up is overdue."""

    message = _("A follow-up is overdue. Do it, move it or cancel it first.")


class HoldLive(Refusal):
    """A case does not close while something holds it."""

    message = _("Something keeps this case open. See what holds it.")


class NoSuchCode(Refusal):
    """The code is well formed, but no case answers to it."""

    message = _("No case has this code. Ask for it once more.")


class TooManyGuesses(Refusal):
    """Too many wrong codes were stated within the hour, by this user or by all together."""

    message = _("Too many wrong codes have been stated. Try again in an hour, or ask the supervisor.")


class DayHasPassed(Refusal):
    """A follow-up is planned for today or later."""

    message = _("Choose today or a later day.")


class TooFarAway(Refusal):
    """A flag is up for a year at most, so that somebody looks at it again."""

    message = _("Choose a day within a year.")


class NotYours(Refusal):
    """Only the owner of the case decides this."""

    message = _("Only the owner of the case can do this.")


class CaseIsMerged(Refusal):
    """The case was merged into another; what is done is done there."""

    message = _("This case has been merged into another. Work there.")


class CaseIsProtected(Refusal):
    """A case with protected identity is shared with nobody."""

    message = _("The case has protected identity and is shared with nobody. Ask a supervisor.")


class NotAColleague(Refusal):
    """The person does not work with cases, or is the one who asks."""

    message = _("Choose a colleague who works with cases.")


class ColleagueWaiting(Refusal):
    """A case does not close while a hand-over or a second look is open."""

    message = _("A hand-over or a second look is still open. Settle it first.")


class AlreadyGoing(Refusal):
    """A case is handed over to one colleague at a time."""

    message = _("The case is being handed over already. Withdraw that first.")


class SettledAlready(Refusal):
    """Somebody was faster: it is settled."""

    message = _("This has been settled already.")


class NotForYou(Refusal):
    """It was addressed to somebody else."""

    message = _("This is for a colleague to do.")


class CannotMerge(Refusal):
    """The two cases cannot be merged this way around, or not now."""

    message = _("These two cases cannot be merged.")


class MergeHeld(CannotMerge):
    """The case that would go holds a referral or a decision, which cannot move."""

    message = _(
        "Something live keeps that case open, such as a referral. Keep that case, or wait until it is settled."
    )


class MergeUnsettled(CannotMerge):
    """The case that would go waits for a colleague."""

    message = _("A hand-over or a second look is open in that case. Settle it first.")


class MergeNested(CannotMerge):
    """The case that would go has had another merged into it."""

    message = _("Another case was merged into that one. Keep that one instead.")


class MergeProtection(CannotMerge):
    """One of the cases has protected identity and the other has not."""

    message = _("Only one of the cases has protected identity. Set it on the other first.")
