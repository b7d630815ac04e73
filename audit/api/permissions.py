"""The gate of the pages, in front of the programs' addresses."""

from __future__ import annotations

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from audit.gate import refuse


class MayDo(BasePermission):
    """Let through who holds one of the view's permissions; refuse strangers, record and refuse the others."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Answer, or leave through the gate's own refusal."""
        if not request.user.is_authenticated:
            return False
        wanted: str = view.required_permission  # type: ignore[attr-defined]
        others: tuple[str, ...] = getattr(view, "or_permissions", ())
        if not any(request.user.has_perm(each) for each in (wanted, *others)):
            refuse(request._request, wanted)  # noqa: SLF001 - the gate takes Django's own request
        return True
