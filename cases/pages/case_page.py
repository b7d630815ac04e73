"""What the page of a case shows: facts and references, never a text."""

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone

from cases.followups.models import FollowUp, FollowUpState
from cases.handover.models import HandOverState
from cases.merging.models import Merge
from cases.pages.search_forms import WordsForm
from cases.record.grants import insiders, live_flags
from cases.record.merged import with_merged
from cases.record.models import Basis, CallerCode, Case, CaseState, Hold
from cases.record.states import FINISHED, MOVES
from cases.record.timeline import collect, offers
from cases.second_looks.models import SecondLookState


def case_page(case: Case, user: User, *, basis: str) -> dict[str, object]:
    """Gather what the page shows to this user; a merged case shows where it went, and what it still has."""
    planned = FollowUp.objects.filter(case=case, state=FollowUpState.PLANNED).select_related("assigned_to")
    return {
        "case": case,
        "basis": Basis(basis).label,
        "codes": CallerCode.objects.filter(
            case__in=with_merged(case), revoked_at__isnull=True
        ).select_related("case"),
        "holds": Hold.objects.filter(case=case, lifted_at__isnull=True),
        "notes": case.notes.select_related("author"),
        "follow_ups": planned,
        "words": WordsForm(),
        "now": timezone.now(),
        "timeline": collect(case, user),
        "actions": [] if case.merged_into_id else offers(case, user),
        "may": may_move(case),
        "is_finished": case.state in FINISHED or case.merged_into_id is not None,
        **_people(case, user, basis=basis),
        **_warnings(case),
    }


def _people(case: Case, user: User, *, basis: str) -> dict[str, object]:
    hand_overs = list(case.hand_overs.select_related("from_user", "to_user"))
    looks = list(case.second_looks.select_related("asked_by", "asked_of"))
    offered = next((each for each in hand_overs if each.state == HandOverState.OFFERED), None)
    waiting = [look for look in looks if look.state == SecondLookState.ASKED and look.asked_of_id == user.pk]
    return {
        "insiders": insiders(case),
        "openings": case.emergency_openings.select_related("user", "grant", "reviewed_by").order_by("-at"),
        "is_owner": basis == Basis.OWNER,
        "hand_overs": hand_overs,
        "offered": offered,
        "is_offered_to_me": offered is not None and offered.to_user_id == user.pk,
        "second_looks": looks,
        "looks_for_me": waiting,
    }


def _warnings(case: Case) -> dict[str, object]:
    merges = Merge.objects.filter(Q(kept=case) | Q(merged=case), undone_at__isnull=True)
    rows = list(merges.select_related("kept", "merged", "by"))
    return {
        "flags": live_flags().filter(case__in=with_merged(case)),
        "went_into": next((merge for merge in rows if merge.merged_id == case.pk), None),
        "merges": [merge for merge in rows if merge.kept_id == case.pk],
        "reasons": case.life.filter(reason__isnull=False).select_related("by"),
    }


def may_move(case: Case) -> dict[str, bool]:
    """Say which moves the state allows, for the buttons."""
    allowed = frozenset() if case.merged_into_id else MOVES[CaseState(case.state)]
    return {
        "wait": CaseState.WAITING in allowed,
        "resume": CaseState.OPEN in allowed,
        "request_closing": CaseState.CLOSING_REQUESTED in allowed,
        "close": CaseState.CLOSED in allowed,
        "reopen": CaseState.REOPENED in allowed,
    }
