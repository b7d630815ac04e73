"""What happens to a case as a whole, with the words somebody gave for it."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.record.models.case import Case


class LifeKind(models.TextChoices):
    """What happened to the case."""

    WAITING = "waiting", _("Set to wait")
    RESUMED = "resumed", _("Taken up again")
    CLOSING_REQUESTED = "closing_requested", _("Closing prepared")
    CLOSED = "closed", _("Case closed")
    REOPENED = "reopened", _("Reopened")
    PROTECTED = "protected", _("Protected identity set")
    UNPROTECTED = "unprotected", _("Protected identity taken off")
    CO_WORKER_ADDED = "co_worker_added", _("Co-worker added")
    CO_WORKER_REMOVED = "co_worker_removed", _("Co-worker removed")
    REHOMED = "rehomed", _("Given to another owner")
    LEFT = "left", _("Left without an owner")


WITH_A_REASON = (LifeKind.REOPENED, LifeKind.UNPROTECTED)


class LifeEvent(models.Model):
    """One turn in a case's life; the reason, where there is one, is sealed under the case's key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="life")
    kind = models.CharField(max_length=20, choices=LifeKind)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(editable=False)
    reason = models.BinaryField(null=True, editable=False)
    reason_version = models.PositiveIntegerField(default=0)

    class Meta:
        """In order; what needs a reason has one."""

        app_label = "cases"
        ordering = ("at",)
        indexes = (models.Index(fields=["case", "at"], name="lifeevent_by_case"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=LifeKind.values), name="lifeevent_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind__in=WITH_A_REASON) | models.Q(reason__isnull=False),
                name="lifeevent_has_its_reason",
            ),
        )

    def __str__(self) -> str:
        """Give the kind."""
        return self.kind
