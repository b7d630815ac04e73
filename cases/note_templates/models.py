"""A note template and its versions: plain headings, never anything about a caller."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language


class NoteTemplate(models.Model):
    """A template that notes can begin from; the newest version counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """In the order they are offered."""

        app_label = "cases"
        ordering = ("order", "id")

    def __str__(self) -> str:
        """Give the row's id."""
        return f"{self.pk}"


class NoteTemplateVersion(models.Model):
    """What a template said at one time; never changed, only followed by the next."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    template = models.ForeignKey(NoteTemplate, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title_sv = models.CharField(max_length=80)
    title_en = models.CharField(max_length=80)
    text_sv = models.TextField(max_length=4_000)
    text_en = models.TextField(max_length=4_000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """In order."""

        app_label = "cases"
        ordering = ("template", "number")
        constraints = (
            models.UniqueConstraint(fields=["template", "number"], name="notetemplateversion_numbered_once"),
        )

    def __str__(self) -> str:
        """Give the template and the number."""
        return f"{self.template_id}/{self.number}"

    @property
    def title(self) -> str:
        """Say what it is called, in the reader's language."""
        return self.title_sv if _reads_swedish() else self.title_en

    @property
    def text(self) -> str:
        """Give the text in the reader's language."""
        return self.text_sv if _reads_swedish() else self.text_en


def _reads_swedish() -> bool:
    return (get_language() or "sv").startswith("sv")
