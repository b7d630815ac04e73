"""Make a case its caller code; the services that do this record what they did it for."""

from django.contrib.auth.models import User
from django.utils import timezone

from cases.record.models import CallerCode, Case
from cases.vault.codes import hash_code, new_code


def issue_code(case: Case, *, user: User) -> str:
    """Make a case a new code in the caller's transaction, revoking the one it has."""
    CallerCode.objects.filter(case=case, revoked_at__isnull=True).update(revoked_at=timezone.now())
    code = new_code()
    CallerCode.objects.create(case=case, hash=hash_code(code), issued_by=user)
    return code
