"""Save rows that keep a history, saying who changed them."""

from typing import Any

from django.contrib.auth.models import User
from django.db import models


def save_as(user: User, row: models.Model, *, force_insert: bool = False) -> None:
    """Save a row, with its history row attributed to the user."""
    row._history_user = user  # type: ignore[attr-defined]  # noqa: SLF001 - how simple-history is told who
    row.save(force_insert=force_insert)


def save_without_history(row: models.Model) -> None:
    """Insert a row whose lists are still to come: one change is one history row."""
    row.skip_history_when_saving = True  # type: ignore[attr-defined]
    row.save(force_insert=True)
    del row.skip_history_when_saving  # type: ignore[attr-defined]


def history_of(row: models.Model) -> models.QuerySet[Any]:
    """Give the history rows of a row, whose type is made while the program runs."""
    rows: models.QuerySet[Any] = type(row).history.filter(id=row.pk)  # type: ignore[attr-defined]
    return rows
