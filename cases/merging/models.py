"""A merge: which case went into which, and exactly what moved with it."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from cases.record.models import Case


class Merge(models.Model):
    """One case put into another; `moved` names the rows, `keys` and `grants` what followed. Never content."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kept = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="merged_by")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    moved = models.JSONField(default=dict)
    keys = models.JSONField(default=list)
    grants = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        """Newest first; a case is in one other at a time, and what was undone says by whom."""

        app_label = "cases"
        ordering = ("-at",)
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(kept=models.F("merged")), name="merge_is_of_two_cases"
            ),
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True, undone_by__isnull=True)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False),
                name="merge_undone_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["merged"], condition=models.Q(undone_at__isnull=True), name="merge_once_while_live"
            ),
        )

    def __str__(self) -> str:
        """Give the row's id."""
        return f"{self.pk}"
