"""A hand-over: one case offered by its owner to a colleague, with a sealed note."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.record.models import Case
from cases.record.references import hand_over_reference


class HandOverState(models.TextChoices):
    """Offered until the colleague or the owner settles it."""

    OFFERED = "offered", _("waiting to be acknowledged")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


class HandOver(models.Model):
    """One case on its way from an owner to the next."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True, default=hand_over_reference, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="hand_overs")
    from_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    to_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=HandOverState, default=HandOverState.OFFERED)
    offered_at = models.DateTimeField(default=timezone.now)
    acknowledge_by = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    key = models.UUIDField(editable=False)
    note = models.BinaryField(editable=False)
    note_version = models.PositiveIntegerField(default=0)

    class Meta:
        """Newest first; a case is on its way to one colleague at a time."""

        app_label = "cases"
        ordering = ("-offered_at", "reference")
        indexes = (
            models.Index(
                fields=["acknowledge_by"], condition=models.Q(state="offered"), name="handover_waiting"
            ),
            models.Index(fields=["to_user", "state"], name="handover_to_me"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=HandOverState.values), name="handover_state_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state="offered", settled_at__isnull=True)
                | (~models.Q(state="offered") & models.Q(settled_at__isnull=False)),
                name="handover_settled_has_its_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="acknowledged", acknowledged_at__isnull=False)
                | (~models.Q(state="acknowledged") & models.Q(acknowledged_at__isnull=True)),
                name="handover_acknowledged_has_its_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(from_user=models.F("to_user")), name="handover_goes_to_somebody_else"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(state="offered"), name="handover_one_at_a_time"
            ),
        )

    def __str__(self) -> str:
        """Give the reference."""
        return self.reference
