"""What the page of a case shows: facts and references, never a text."""

from django.contrib.auth.models import User

from cases.followups.models import FollowUp, FollowUpState
from cases.record.grants import live_flags
from cases.record.merged import with_merged
from cases.record.models import Basis, CallerCode, Case, CaseState, Grant, Hold
from cases.record.states import FINISHED, MOVES
from cases.record.timeline import collect, offers


def case_page(case: Case, user: User, *, basis: str) -> dict[str, object]:
    """Gather what the page shows to this user."""
    flags = live_flags().filter(case__in=with_merged(case)).select_related("set_by")
    planned = FollowUp.objects.filter(case=case, state=FollowUpState.PLANNED).select_related("assigned_to")
    return {
        "case": case,
        "basis": Basis(basis).label,
        "flags": flags,
        "code": CallerCode.objects.filter(case=case, revoked_at__isnull=True).first(),
        "people": Grant.objects.filter(case=case, until__isnull=True).select_related("user"),
        "holds": Hold.objects.filter(case=case, lifted_at__isnull=True),
        "notes": case.notes.select_related("author"),
        "follow_ups": planned,
        "timeline": collect(case, user),
        "actions": offers(case, user),
        "may": may_move(case),
        "is_finished": case.state in FINISHED,
    }


def may_move(case: Case) -> dict[str, bool]:
    """Say which moves the state allows, for the buttons."""
    allowed = MOVES[CaseState(case.state)]
    return {
        "wait": CaseState.WAITING in allowed,
        "resume": CaseState.OPEN in allowed,
        "request_closing": CaseState.CLOSING_REQUESTED in allowed,
        "close": CaseState.CLOSED in allowed,
        "reopen": CaseState.REOPENED in allowed,
    }
