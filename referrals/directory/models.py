"""Contact points by function, who answers for them, and what we did to keep the contact alive."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import date

FRESH_FOR = timedelta(days=180)
"""A contact point nobody has verified for longer is not routed to silently."""


class ContactKind(models.TextChoices):
    """What the function at the other end is for."""

    SOCIAL_SERVICES = "social_services", _("Social services")
    COORDINATION = "coordination", _("Coordination function")
    CRIME_PREVENTION = "crime_prevention", _("Crime prevention")
    SCHOOL = "school", _("School")
    EXIT_PROGRAMME = "exit_programme", _("Exit programme")
    HEALTH_CARE = "health_care", _("Health care")
    POLICE = "police", _("Police")


class ContactPoint(models.Model):
    """A function, never a person, in a municipality, a county or the whole country."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=20, choices=ContactKind)
    function = models.CharField(max_length=120)
    municipality = models.ForeignKey(
        "cases.Municipality", models.PROTECT, null=True, blank=True, related_name="contact_points"
    )
    county = models.ForeignKey(
        "cases.County", models.PROTECT, null=True, blank=True, related_name="contact_points"
    )
    address = models.EmailField()
    phone = models.CharField(max_length=20, blank=True)
    hours = models.CharField(max_length=120, blank=True)
    languages = models.CharField(max_length=120, blank=True)
    deputy = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="deputises_for")
    fallback = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="falls_back_for")
    last_verified_at = models.DateTimeField(null=True, blank=True)
    last_verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_until = models.DateField(null=True, blank=True)
    synthetic = models.BooleanField(default=False)

    class Meta:
        app_label = "referrals"
        ordering = ("kind", "function", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=ContactKind.values), name="referrals_contact_point_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(municipality=None) | Q(county=None), name="referrals_contact_point_one_area"
            ),
            models.CheckConstraint(
                condition=Q(deputy=None) | ~Q(deputy=F("id")), name="referrals_contact_point_not_own_deputy"
            ),
        )

    def __str__(self) -> str:
        return self.reference

    def is_fresh(self, on: date) -> bool:
        """Say whether somebody verified it within the last 180 days."""
        return self.last_verified_at is not None and self.last_verified_at.date() >= on - FRESH_FOR

    def is_open(self, on: date) -> bool:
        """Say whether it takes referrals on that day."""
        return self.closed_until is None or self.closed_until <= on

    @property
    def area_name(self) -> str:
        """The municipality's or the county's name; empty for the whole country."""
        if self.municipality:
            return self.municipality.name
        return self.county.name if self.county else ""


class Recipient(models.Model):
    """A signed-in person who answers for a contact point, from one day until another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="recipient_of")
    contact_point = models.ForeignKey(ContactPoint, models.PROTECT, related_name="recipients")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        app_label = "referrals"
        constraints = (
            models.UniqueConstraint(
                fields=("user", "contact_point"), condition=Q(until=None), name="referrals_recipient_once"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class OutreachKind(models.TextChoices):
    """What was done to keep a municipality's contact alive."""

    VISIT = "visit", _("Visit")
    TRAINING = "training", _("Training")
    DIALOGUE = "dialogue", _("Dialogue meeting")


class Outreach(models.Model):
    """A visit, a training or a dialogue meeting, dated, on a municipality's page."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    municipality = models.ForeignKey("cases.Municipality", models.PROTECT, related_name="outreach")
    kind = models.CharField(max_length=12, choices=OutreachKind)
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        app_label = "referrals"
        ordering = ("-on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=OutreachKind.values), name="referrals_outreach_kind_known"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)
