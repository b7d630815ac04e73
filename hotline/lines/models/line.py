"""A line: when it is open, what is heard on it, and who is sent to a message."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

E164 = RegexValidator(
    r"^\+[1-9][0-9]{6,14}$", _("Write the number in international form, as +46 20 100 200.")
)


def swedish() -> list[str]:
    """Give the languages of a duty where none are named."""
    return ["sv"]


class Line(models.Model):
    """One number people call; the TwiML of every call on it carries this number as caller id."""

    class Mode(models.TextChoices):
        ALWAYS = "always", _("Open round the clock")
        HOURS = "hours", _("Open at set hours")
        CLOSED = "closed", _("Closed")

    class Language(models.TextChoices):
        SWEDISH = "sv", _("Swedish")
        ENGLISH = "en", _("English")

    class Ringing(models.TextChoices):
        LONGEST_IDLE = "longest_idle", _("One after the other, the longest idle first")
        ALL = "all", _("All at once")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=16, unique=True, validators=[E164])
    name = models.CharField(_("name"), max_length=80)
    mode = models.CharField(_("opening"), max_length=8, choices=Mode, default=Mode.HOURS)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.SWEDISH)
    other_languages = ArrayField(
        models.CharField(max_length=2, choices=Language),
        verbose_name=_("further languages offered"),
        default=list,
        blank=True,
    )
    asks_who_calls = models.BooleanField(
        _("asks whether the caller is private or professional"), default=False
    )
    ringing = models.CharField(_("who is rung"), max_length=12, choices=Ringing, default=Ringing.LONGEST_IDLE)
    queue_at_most = models.PositiveSmallIntegerField(
        _("callers in the queue at most"),
        default=20,
        help_text=_("The next one is offered a call-back at once."),
    )
    wait_at_most_s = models.PositiveSmallIntegerField(
        _("seconds in the queue at most"), default=180, help_text=_("Then the caller is offered a call-back.")
    )
    discreet_number = models.CharField(
        _("number shown when the line's own may not be seen"),
        max_length=16,
        blank=True,
        default="",
        validators=[E164],
    )
    closed_on_holidays = models.BooleanField(_("closed on public holidays and eves"), default=True)

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["name", "number"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(mode__in=["always", "hours", "closed"]), name="line_mode_known"
            ),
            models.CheckConstraint(
                condition=models.Q(number__regex=r"^\+[1-9][0-9]{6,14}$"), name="line_number_e164"
            ),
            models.CheckConstraint(
                condition=models.Q(ringing__in=["longest_idle", "all"]), name="line_ringing_known"
            ),
            models.CheckConstraint(
                condition=models.Q(queue_at_most__gte=1, wait_at_most_s__gte=15, wait_at_most_s__lte=3600),
                name="line_queue_bounded",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Prompt(models.Model):
    """What callers hear at one point of a line in one language: a text read aloud, or hosted audio."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="prompts")
    slot = models.CharField(_("where it is heard"), max_length=24)
    language = models.CharField(_("language"), max_length=2, choices=Line.Language)
    text = models.TextField(_("text read aloud"), max_length=1200)
    audio_url = models.URLField(_("address of hosted audio"), max_length=300, blank=True, default="")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["line", "slot", "language"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["line", "slot", "language"], name="prompt_once"),
            models.CheckConstraint(
                condition=models.Q(audio_url="") | models.Q(audio_url__startswith="https://"),
                name="prompt_audio_over_https",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot} ({self.language})"


class Diversion(models.Model):
    """A caller (by fingerprint, never by number) who hears a message only, for at most a day: against pranks."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fingerprint = models.BinaryField(max_length=16, editable=False)
    fingerprint_period = models.UUIDField(editable=False)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="diversions")
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["-since"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(
                    until__gt=models.F("since"), until__lte=models.F("since") + timedelta(hours=24)
                ),
                name="diversion_at_most_a_day",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["fingerprint"], condition=models.Q(lifted_at__isnull=True), name="diversion_in_force"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class OpeningHours(models.Model):
    """One stretch of one weekday, in the line's wall-clock time; closing at 00:00 is the day's end."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), help_text=_("0 is Monday."))
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["line", "weekday", "opens"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="opening_hours_weekday"),
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")) | models.Q(closes="00:00"),
                name="opening_hours_forward",
            ),
            models.UniqueConstraint(fields=["line", "weekday", "opens"], name="opening_hours_once"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}–{self.closes:%H:%M}"


class Closure(models.Model):
    """Days on which a line (or, without one, every line) is closed whatever its hours say."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="closures", null=True, blank=True)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["first_day"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="closure_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day}–{self.last_day}"
