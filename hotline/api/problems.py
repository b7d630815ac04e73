"""Refusals of every program's address in one form; those of strangers are counted."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from rest_framework.response import Response

from audit.api.problems import answer_problem
from audit.refusals import count_refusal
from hotline.people.sources import source_of


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer with a problem; one that nobody identified for is counted by its neighbourhood."""
    response = answer_problem(error, context)
    if response is not None and response.status_code == HTTPStatus.UNAUTHORIZED:
        count_refusal(reason="api token", source=source_of(context["request"]._request))  # noqa: SLF001 - Django's own
    return response
