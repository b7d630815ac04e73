"""Refusals as programs read them: RFC 9457, `application/problem+json`."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

MEDIA_TYPE = "application/problem+json"


class Problem(APIException):
    """A refusal with a kind of its own, which a program can tell from others with the same status."""

    status_code: int = HTTPStatus.CONFLICT
    kind = "about:blank"


class FaultSerializer(serializers.Serializer[Any]):
    """One fault in what was sent."""

    field = serializers.CharField(help_text="Empty where the fault is in the whole.")
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """A refusal, RFC 9457."""

    type = serializers.CharField(default="about:blank")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    errors = FaultSerializer(many=True, required=False)  # type: ignore[assignment] # a name the norm suggests


def answers(shown: Any, *refused: int) -> dict[tuple[int, str], Any]:
    """Name, for the schema, what an address answers and the statuses it can refuse with."""
    return {(200, "application/json"): shown} | {(code, MEDIA_TYPE): ProblemSerializer for code in refused}


def answer_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Put what REST framework answers to an error into the form of a problem; None is an error of ours."""
    response = exception_handler(error, context)
    if response is None:
        return None
    status = response.status_code
    kind = error.kind if isinstance(error, Problem) else "about:blank"
    body: dict[str, Any] = {"type": kind, "title": HTTPStatus(status).phrase, "status": status}
    if isinstance(error, ValidationError):
        body["errors"] = [{"field": field, "detail": detail} for field, detail in _faults(error.detail)]
    elif isinstance(response.data, dict) and "detail" in response.data:
        body["detail"] = str(response.data["detail"])
    response.data, response.content_type = body, MEDIA_TYPE
    response.headers["Cache-Control"] = "no-store"
    return response


def _faults(detail: object, field: str = "") -> Iterator[tuple[str, str]]:
    match detail:
        case dict():
            for name, inner in detail.items():
                yield from _faults(inner, "" if name == "non_field_errors" else str(name))
        case list():
            for inner in detail:
                yield from _faults(inner, field)
        case _:
            yield field, str(detail)
