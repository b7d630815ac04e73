"""What the page of a case shows: facts and references, never a text."""

from django.contrib.auth.models import User

from cases.followups.models import FollowUp, FollowUpState
from cases.record.grants import live_flags
from cases.record.models import Basis, CallerCode, Case, CaseState, FlagKind, Grant, Hold
from cases.record.states import FINISHED, MOVES
from cases.record.timeline import collect, offers


def case_page(case: Case, user: User, *, basis: str) -> dict[str, object]:
    """Gather what the page shows to this user."""
    flags = {flag.kind for flag in live_flags().filter(case=case)}
    planned = FollowUp.objects.filter(case=case, state=FollowUpState.PLANNED).select_related("assigned_to")
    return {
        "case": case,
        "basis": Basis(basis).label,
        "is_protected": FlagKind.PROTECTED_IDENTITY in flags,
        "do_not_call": FlagKind.DO_NOT_CALL in flags,
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
