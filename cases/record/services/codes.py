"""Caller codes: issue, revoke, and find the case whose code a caller states, within limits."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import record as write_entry
from cases.notices.models import NoticeKind
from cases.notices.services import notify
from cases.record.grants import basis_of, owner_of
from cases.record.issuing import issue_code
from cases.record.merged import kept_for, with_merged
from cases.record.models import Basis, CallerCode, Case, CaseState, CodeGuess, Grant
from cases.record.refusals import NoSuchCode, Refusal, TooManyGuesses
from cases.record.services.locks import lock_for, lock_to_write, subject_of
from cases.vault.codes import hash_code, heard

GUESSES_OF_ONE = 10
GUESSES_OF_ALL = 60
WITHIN = timedelta(hours=1)
LONGEST_SHIFT = timedelta(hours=12)
# All look-ups take turns: two at once would both count nine guesses and both be let through.
LOOK_UP_LOCK = 4_211_867


@transaction.atomic
def reissue_caller_code(*, actor: Actor, user: User, case: Case) -> str:
    """Give a case a new code, to be said to the caller now; the old one stops working.

    Errors: NoAccess; CaseIsClosed.
    """
    locked, basis = lock_to_write(user, case)
    code = issue_code(locked, user=user)
    write_entry(actor=actor, action=Action.CODE_ISSUED, subject=subject_of(locked), basis=basis)
    return code


@transaction.atomic
def revoke_caller_code(*, actor: Actor, user: User, case: Case) -> None:
    """Stop a case's codes from working, those of merged cases too; revoking none changes nothing.

    Errors: NoAccess.
    """
    locked, basis = lock_for(user, case)
    if CallerCode.objects.filter(case__in=with_merged(locked), revoked_at__isnull=True).update(
        revoked_at=timezone.now()
    ):
        write_entry(actor=actor, action=Action.CODE_REVOKED, subject=subject_of(locked), basis=basis)


def find_by_code(*, actor: Actor, user: User, code: str) -> Case:
    """Open the case whose code a caller states, or the one it was merged into, until the end of the shift.

    A slip of the tongue is told and not counted. The outcome is committed before it is told, right or wrong.

    Errors: CodeMistyped; TooManyGuesses; NoSuchCode.
    """
    hashed = hash_code(heard(code))
    with transaction.atomic(durable=True):
        found = _look_up(hashed, actor=actor, user=user)
    if isinstance(found, Refusal):
        raise found
    return found


def _look_up(hashed: bytes, *, actor: Actor, user: User) -> Case | Refusal:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOOK_UP_LOCK])
    if _has_guessed_enough(user):
        write_entry(actor=actor, action=Action.CODE_REFUSED, limit=True)
        return TooManyGuesses()
    codes = CallerCode.objects.select_related("case__merged_into")
    stated = codes.filter(hash=hashed, revoked_at__isnull=True).first()
    case = kept_for(stated.case) if stated else None
    if case is None or case.state == CaseState.PURGED:
        CodeGuess.objects.create(user=user)
        write_entry(actor=actor, action=Action.CODE_REFUSED, limit=False)
        return NoSuchCode()
    _let_in(user, case)
    write_entry(actor=actor, action=Action.CODE_STATED, subject=subject_of(case))
    return case


def _has_guessed_enough(user: User) -> bool:
    recent = CodeGuess.objects.filter(at__gt=timezone.now() - WITHIN)
    return recent.filter(user=user).count() >= GUESSES_OF_ONE or recent.count() >= GUESSES_OF_ALL


def _let_in(user: User, case: Case) -> None:
    if basis_of(user, case):
        return
    shift = min(getattr(settings, "CALLER_CODE_OPENS_FOR", LONGEST_SHIFT), LONGEST_SHIFT)
    Grant.objects.create(case=case, user=user, basis=Basis.CALLER_CODE, until=timezone.now() + shift)
    owner = owner_of(case)
    if owner is not None:
        notify(users=[owner.user], kind=NoticeKind.CALLER_CODE_STATED, reference=case.reference)
