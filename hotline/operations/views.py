"""Health, readiness, and the statement on accessibility."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hotline.operations.health import readiness


@never_cache
@require_safe
def health(_request: HttpRequest) -> HttpResponse:
    """Say that this process serves; also while the database is down, since calls are taken then too."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """Say of every part whether it is ready, by name only."""
    parts = readiness()
    status = HTTPStatus.OK if all(parts.values()) else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse({name: "ok" if good else "failing" for name, good in parts.items()}, status=status)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the statement that the law asks for."""
    return render(request, "hotline/operations/accessibility.html")
