"""A line, its hours, its calls and what was told about each."""

import uuid

from auditlog.registry import auditlog
from django.db import models
from simple_history.models import HistoricalRecords


class Line(models.Model):
    """One number people call."""

    number = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """When a line is open."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}"


class Call(models.Model):
    """One call."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call_sid = models.CharField(max_length=64, unique=True)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="calls")
    caller = models.CharField(max_length=64)
    state = models.CharField(max_length=16, default="new")
    outcome = models.CharField(max_length=16, blank=True)
    outside_hours = models.BooleanField(default=False)
    offered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return str(self.id)


class CallEvent(models.Model):
    """One thing that was told about a call."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16)
    sequence = models.CharField(max_length=16)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "kind", "sequence"], name="event_once")]

    def __str__(self) -> str:
        return str(self.id)


auditlog.register(Call)
auditlog.register(CallEvent)
