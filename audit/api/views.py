"""What an address for programs is made of: it names its permission, and its looks are recorded."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from audit.actions import Action
from audit.api.paging import BoundedPages
from audit.api.permissions import MayDo
from audit.context import Actor
from audit.gate import actor_of
from audit.services import Subject, record_durably


class GuardedView(APIView):
    """An address behind the gate; the view function carries the permission, as a page's does."""

    permission_classes = (MayDo,)
    required_permission: str
    or_permissions: tuple[str, ...] = ()

    @classmethod
    def sufficient(cls) -> frozenset[str]:
        """Give the permissions of which any one opens it."""
        return frozenset({cls.required_permission, *cls.or_permissions})

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Make the view function."""
        view = super().as_view(**initkwargs)
        view.required_permission = cls.required_permission  # type: ignore[attr-defined]
        view.sufficient_permissions = cls.sufficient()  # type: ignore[attr-defined]
        return view

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Keep answers out of every cache."""
        finished = super().finalize_response(request, response, *args, **kwargs)
        finished.headers.setdefault("Cache-Control", "no-store")
        return finished


class GuardedList(GuardedView):
    """A list, a page at a time; which list, and how many rows, is in the trail before they are shown."""

    pagination_class = BoundedPages
    ordering: tuple[str, ...]
    serializer: type[BaseSerializer[Any]]

    def rows(self, request: Request) -> QuerySet[Any]:
        """Give what this asker may see."""
        raise NotImplementedError

    def page(self, request: Request) -> Response:
        """Record the look, then answer with one page."""
        pages = self.pagination_class()
        pages.ordering = self.ordering
        found = pages.paginate_queryset(self.rows(request), request, self) or []
        look_at_list(actor=acting(request), address=request.path, rows=len(found))
        shown = self.serializer(found, many=True, context={"request": request})
        return pages.get_paginated_response(shown.data)


def acting(request: Request) -> Actor:
    """Say who acts in this request."""
    return actor_of(request._request)  # noqa: SLF001 - the middleware named who acts on Django's own request


def look_at_list(*, actor: Actor, address: str, rows: int) -> None:
    """Record that somebody's program read a page of a list."""
    record_durably(
        actor=actor, action=Action.API_LIST_SEEN, subject=Subject(kind="page", reference=address), rows=rows
    )
