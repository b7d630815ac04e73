"""Who may open what in this room, all of it: every page and every other room asks here.

Nothing but a live grant opens a case. Who has none gets the answer of a case that does not exist, and where it does
exist the refusal is in the trail before that answer leaves.
"""

from typing import NoReturn
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import Http404

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record_durably
from cases.break_glass.models import BreakGlass
from cases.followups.models import FollowUp
from cases.handover.models import HandOver
from cases.record.grants import REVIEW, Reader, basis_of, live_grants
from cases.record.models import Case, Contact, Note
from cases.second_looks.models import SecondLook
from cases.second_looks.queries import open_to

__all__ = [
    "basis_of",
    "check_draft_of",
    "get_case",
    "get_contact",
    "get_follow_up",
    "get_hand_over",
    "get_note",
    "get_opening",
    "get_second_look",
    "visible_contacts",
    "visible_to",
]


def visible_to(user: Reader) -> QuerySet[Case]:
    """Give the cases a user may open now."""
    return Case.objects.filter(pk__in=live_grants(user).order_by().values("case"))


def visible_contacts(user: Reader) -> QuerySet[Contact]:
    """Give the contacts a user may open now: those of visible cases, and their own that have no case."""
    own = Q(case__isnull=True, logged_by_id=user.pk) if user.is_active else Q(pk__in=[])
    return Contact.objects.filter(own | Q(case__in=visible_to(user)))


def get_case(user: User, reference: str) -> Case:
    """Find a case by its reference.

    Errors: Http404 where there is none for this user.
    """
    case = visible_to(user).filter(reference=reference).first()
    return case or _refuse(user, Case.objects.filter(reference=reference).first())


def get_contact(user: User, reference: str) -> Contact:
    """Find a contact by its reference.

    Errors: Http404 where there is none for this user.
    """
    contact = visible_contacts(user).select_related("case").filter(reference=reference).first()
    return contact or _refuse(user, Contact.objects.filter(reference=reference).first())


def get_note(user: User, reference: str) -> Note:
    """Find a note by its reference.

    Errors: Http404 where there is none for this user.
    """
    note = Note.objects.select_related("case").filter(reference=reference, case__in=visible_to(user)).first()
    return note or _refuse(user, Note.objects.filter(reference=reference).first())


def get_follow_up(user: User, reference: str) -> FollowUp:
    """Find a follow-up by its reference.

    Errors: Http404 where there is none for this user.
    """
    mine = FollowUp.objects.select_related("case").filter(case__in=visible_to(user))
    follow_up = mine.filter(reference=reference).first()
    return follow_up or _refuse(user, FollowUp.objects.filter(reference=reference).first())


def get_hand_over(user: User, reference: str) -> HandOver:
    """Find a hand-over by its reference.

    Errors: Http404 where there is none for this user.
    """
    related = HandOver.objects.select_related("case", "from_user", "to_user")
    hand_over = related.filter(reference=reference, case__in=visible_to(user)).first()
    return hand_over or _refuse(user, HandOver.objects.filter(reference=reference).first())


def get_second_look(user: User, reference: str) -> SecondLook:
    """Find a second look by its reference: of a case the user may open, or asked of the user or of anyone.

    Errors: Http404 where there is none for this user.
    """
    seen = Q(case__in=visible_to(user)) | Q(pk__in=open_to(user).order_by().values("pk"))
    related = SecondLook.objects.select_related("case", "asked_by", "asked_of")
    look = related.filter(seen, reference=reference).first()
    return look or _refuse(user, SecondLook.objects.filter(reference=reference).first())


def get_opening(user: User, opening: UUID) -> BreakGlass:
    """Find an emergency opening: the user's own, of a case the user may open, or any for who reviews.

    Errors: Http404 where there is none for this user.
    """
    related = BreakGlass.objects.select_related("case", "user", "grant", "reviewed_by")
    found = related.filter(pk=opening).first()
    if found is None or user.has_perm(REVIEW) or found.user_id == user.pk or basis_of(user, found.case):
        return found or _refuse(user, None)
    return _refuse(user, found.case)


def check_draft_of(user: User, reference: str) -> None:
    """Keep a draft shut while what it was written about is closed to its writer: it may hold a colleague's words.

    Errors: Http404.
    """
    getters = {"A": get_case, "K": get_contact, "N": get_note, "G": get_second_look}
    find = getters.get(reference.partition("-")[0])
    if find:
        find(user, reference)


Thing = Case | Contact | Note | FollowUp | HandOver | SecondLook


def _refuse(user: User, thing: Thing | None) -> NoReturn:
    if thing is not None:
        group = user.groups.values_list("name", flat=True).first()
        actor = Actor(label=user.get_username(), role=group or "")
        subject = Subject(kind=str(thing._meta.model_name), reference=thing.reference)
        record_durably(actor=actor, action=Action.CASE_REFUSED, subject=subject)
    raise Http404
