"""That somebody has been reminded of a day: at most once."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class DayReminder(models.Model):
    """One letter to one person on one day; the row is written with the letter, and says nothing of what waited."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest first; once a day for each."""

        app_label = "cases"
        ordering = ("-day",)
        constraints = (models.UniqueConstraint(fields=["user", "day"], name="dayreminder_once_a_day"),)

    def __str__(self) -> str:
        """Give the day."""
        return self.day.isoformat()
