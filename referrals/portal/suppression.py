"""The seam to the house's rule on small counts: what is about persons is protected wherever it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.conf import settings
from django.utils.module_loading import import_string


def protect(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Protect counts whose total the reader knows; what is withheld becomes None."""
    rule: Callable[[Mapping[str, int]], dict[str, int | None]] = import_string(settings.PROTECT_LINE)
    return rule(counts)
