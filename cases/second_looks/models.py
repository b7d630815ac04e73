"""A second look: one sealed question about a case, to one colleague or to anyone, and its sealed answer."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.record.models import Case
from cases.record.references import second_look_reference


class SecondLookState(models.TextChoices):
    """Asked until it is answered or no longer needed."""

    ASKED = "asked", _("waiting for an answer")
    ANSWERED = "answered", _("has its answer")
    WITHDRAWN = "withdrawn", _("withdrawn")


class SecondLook(models.Model):
    """One question about a case; with nobody named it waits for the first colleague who takes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True, default=second_look_reference, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="second_looks")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=12, choices=SecondLookState, default=SecondLookState.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    key = models.UUIDField(editable=False)
    question = models.BinaryField(editable=False)
    question_version = models.PositiveIntegerField(default=0)
    answer = models.BinaryField(null=True, editable=False)
    answer_version = models.PositiveIntegerField(default=0)

    class Meta:
        """Oldest first; what is answered has its answer and who gave it."""

        app_label = "cases"
        ordering = ("asked_at", "reference")
        indexes = (models.Index(fields=["state", "asked_of"], name="secondlook_open"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=SecondLookState.values), name="secondlook_state_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state="asked", settled_at__isnull=True)
                | (~models.Q(state="asked") & models.Q(settled_at__isnull=False)),
                name="secondlook_settled_has_its_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="answered", answer__isnull=False, asked_of__isnull=False)
                | (~models.Q(state="answered") & models.Q(answer__isnull=True)),
                name="secondlook_answered_has_its_answer",
            ),
            models.CheckConstraint(
                condition=~models.Q(asked_by=models.F("asked_of")), name="secondlook_is_by_somebody_else"
            ),
        )

    def __str__(self) -> str:
        """Give the reference."""
        return self.reference
