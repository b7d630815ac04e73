"""Texts, checklists, shelf and news; every change makes a new version, and ticks belong to the contact."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hotline.lines.models import Line


class Phase(models.TextChoices):
    """Where in a conversation a text helps."""

    ACUTE = "acute", _("Acute danger")
    FIRST_MINUTES = "first_minutes", _("The first minutes")
    LISTENING = "listening", _("Listening")
    QUESTIONS = "questions", _("Questions to ask")
    CHILDREN = "children", _("Children and report of concern")
    ENDING = "ending", _("Ending the call")
    AFTERWARDS = "afterwards", _("After a heavy call")


class Text(models.Model):
    """One version of one phase's text in one language; the newest is shown, the others stay readable."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phase = models.CharField(_("phase"), max_length=16, choices=Phase)
    language = models.CharField(_("language"), max_length=2, choices=Line.Language)
    version = models.PositiveIntegerField(_("version"))
    body = models.TextField(_("text"), max_length=4000)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="guidance_texts"
    )
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["phase", "language", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["phase", "language", "version"], name="guidance_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="guidance_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.phase} ({self.language}) {self.version}"


class Checklist(models.Model):
    """One version of a checklist; what was ticked names the version it was ticked in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(_("code"), max_length=32)
    version = models.PositiveIntegerField(_("version"))
    title_sv = models.CharField(_("title in Swedish"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="checklists"
    )
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["code", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="checklist_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    @property
    def title(self) -> str:
        """Give the title in the reader's language."""
        return self.title_sv if _reads_swedish() else self.title_en


class ChecklistItem(models.Model):
    """One line of a checklist's version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    text_sv = models.CharField(_("text in Swedish"), max_length=300)
    text_en = models.CharField(_("text in English"), max_length=300)

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["checklist", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["checklist", "position"], name="checklist_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.checklist_id} {self.position}"

    @property
    def text(self) -> str:
        """Give the line in the reader's language."""
        return self.text_sv if _reads_swedish() else self.text_en


class Tick(models.Model):
    """That a line of a checklist was done in a conversation; never unticked, for it was done."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contact = models.ForeignKey("cases.Contact", on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="ticks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ticks")
    at = models.DateTimeField()

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["at"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["contact", "item"], name="tick_once")]

    def __str__(self) -> str:
        return str(self.id)


class ShelfEntry(models.Model):
    """A page elsewhere that is worth knowing, in our own words, with the day it must be read again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    title = models.CharField(_("title"), max_length=120)
    url = models.URLField(_("address"), max_length=300)
    summary_sv = models.CharField(_("summary in Swedish"), max_length=400)
    summary_en = models.CharField(_("summary in English"), max_length=400)
    review_on = models.DateField(_("read again by"))
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["title"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(url__startswith="https://"), name="shelf_over_https"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def summary(self) -> str:
        """Give the summary in the reader's language."""
        return self.summary_sv if _reads_swedish() else self.summary_en


class News(models.Model):
    """A message to those on duty, for a few days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    text = models.CharField(_("message"), max_length=400)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="news")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["-first_day"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="news_forward"),
        ]

    def __str__(self) -> str:
        return str(self.id)


def _reads_swedish() -> bool:
    return (get_language() or "sv").startswith("sv")
