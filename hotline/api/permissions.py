"""The gate of the pages, in front of the programs' addresses."""

from __future__ import annotations

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from audit.gate import refuse


class MayDo(BasePermission):
    """Let through who holds the view's `required_permission`; refuse strangers, record and refuse the others."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Answer, or leave through the gate's own refusal."""
        permission: str = view.required_permission  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return False
        if not request.user.has_perm(permission):
            refuse(request._request, permission)  # noqa: SLF001 - the gate takes Django's own request
        return True
