"""A follow-up: something to do in a case, by a day, by someone."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cases.record.models import Case
from cases.record.references import follow_up_reference


class FollowUpState(models.TextChoices):
    """Planned until settled in one of three ways; overdue is derived from the day."""

    PLANNED = "planned", _("planned")
    DONE = "done", _("done")
    MOVED = "moved", _("moved")
    CANCELLED = "cancelled", _("cancelled")


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    """Follow-ups, narrowed in the ways the pages ask for."""

    def planned(self) -> "FollowUpQuerySet":
        """Give those still to be done."""
        return self.filter(state=FollowUpState.PLANNED)

    def overdue(self) -> "FollowUpQuerySet":
        """Give those whose day has passed (Swedish days)."""
        return self.planned().filter(due_on__lt=timezone.localdate())


class FollowUp(models.Model):
    """One thing promised; its text is sealed under the case's key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True, default=follow_up_reference, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="follow_ups")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="follow_ups"
    )
    state = models.CharField(max_length=12, choices=FollowUpState, default=FollowUpState.PLANNED)
    due_on = models.DateField()
    planned_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    moved_to = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="moved_from"
    )
    key = models.UUIDField(editable=False)
    text = models.BinaryField(editable=False)
    text_version = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    objects = FollowUpQuerySet.as_manager()
    history = HistoricalRecords()  # type: ignore[no-untyped-call]

    class Meta:
        """Soonest first; what is settled has its time, what is moved has its successor."""

        app_label = "cases"
        ordering = ("due_on", "reference")
        indexes = (models.Index(fields=["assigned_to", "state", "due_on"], name="followup_my_day"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=FollowUpState.values), name="followup_state_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state="planned", settled_at__isnull=True)
                | (~models.Q(state="planned") & models.Q(settled_at__isnull=False)),
                name="followup_settled_has_its_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="moved", moved_to__isnull=False)
                | (~models.Q(state="moved") & models.Q(moved_to__isnull=True)),
                name="followup_moved_has_its_successor",
            ),
        )

    def __str__(self) -> str:
        """Give the reference."""
        return self.reference

    @property
    def is_overdue(self) -> bool:
        """Tell whether the day has passed and nothing was done."""
        return self.state == FollowUpState.PLANNED and self.due_on < timezone.localdate()
