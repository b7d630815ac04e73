"""Notes and drafts: free text, kept as sealed bytes only."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from cases.record.models.case import Case
from cases.record.references import note_reference


class Note(models.Model):
    """A note in a case; its text is in its versions, and the newest counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True, default=note_reference, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """Newest first."""

        app_label = "cases"
        ordering = ("-added_at", "reference")

    def __str__(self) -> str:
        """Give the reference."""
        return self.reference


class NoteVersion(models.Model):
    """What a note said at one time, sealed; never changed, only followed by the next."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    key = models.UUIDField(editable=False)
    body = models.BinaryField(editable=False)
    reason = models.BinaryField(null=True, editable=False)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """In order; every version but the first says why."""

        app_label = "cases"
        ordering = ("note", "number")
        constraints = (
            models.UniqueConstraint(fields=["note", "number"], name="noteversion_numbered_once"),
            models.CheckConstraint(
                condition=models.Q(number=1) | models.Q(reason__isnull=False),
                name="noteversion_change_has_reason",
            ),
        )

    def __str__(self) -> str:
        """Give the note and the number."""
        return f"{self.note_id}/{self.number}"


class Draft(models.Model):
    """Text being written, sealed under a key of its own; lives seven days at most."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=32)
    reference = models.CharField(max_length=16, blank=True)
    key = models.UUIDField(editable=False)
    body = models.BinaryField(editable=False)
    body_version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        """One draft for each form a user has open about a thing."""

        app_label = "cases"
        ordering = ("-saved_at",)
        constraints = (
            models.UniqueConstraint(fields=["user", "form", "reference"], name="draft_one_per_user_and_form"),
        )

    def __str__(self) -> str:
        """Give the reference it is about."""
        return self.reference
