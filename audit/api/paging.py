"""The pages of a list: bounded, without counting, and steady while rows are added."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.views import APIView


class BoundedPages(CursorPagination):
    """At most a hundred rows at a time; `next` and `previous` lead on, and a made-up place leads nowhere."""

    page_size = 50
    max_page_size = 100
    page_size_query_param = "page_size"

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        """Give one page. Errors: NotFound for a place that no answer of ours named."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValidationError, ValueError, OverflowError, DataError) as error:
            raise NotFound from error

    def decode_cursor(self, request: Request) -> Any:
        """Read the place. Errors: NotFound where it holds what no column can."""
        cursor = super().decode_cursor(request)
        if cursor is not None and "\0" in str(cursor.position or ""):
            raise NotFound
        return cursor
