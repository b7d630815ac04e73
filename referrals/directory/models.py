"""Contact points by function, who answers for them, and what we did to keep the contact alive."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cases.record.references import new_reference
from referrals.clock.working_days import local_day
from referrals.directory.hours import hours_in_words, is_attended
from referrals.directory.standing import FRESH_FOR, Doubt, Standing, standing, standing_in_sql

__all__ = [
    "FRESH_FOR",
    "ContactKind",
    "ContactPoint",
    "District",
    "ImportedFile",
    "Outreach",
    "OutreachKind",
    "Recipient",
    "VerifiedHow",
]


def contact_point_reference() -> str:
    """Draw a contact point's reference."""
    return new_reference("P")


class ContactKind(models.TextChoices):
    """What the function at the other end is for."""

    SOCIAL_SERVICES = "social_services", _("Social services")
    COORDINATION = "coordination", _("Coordination function")
    CRIME_PREVENTION = "crime_prevention", _("Crime prevention")
    SCHOOL = "school", _("School")
    EXIT_PROGRAMME = "exit_programme", _("Exit programme")
    HEALTH_CARE = "health_care", _("Health care")
    POLICE = "police", _("Police")
    SECURITY_SERVICE = "security_service", _("Security Service")
    SOCIAL_EMERGENCY = "social_emergency", _("Emergency social services")
    PREVENTION_AGENCY = "prevention_agency", _("Prevention agency")
    SCHOOLS_AUTHORITY = "schools_authority", _("Schools' authority")


class VerifiedHow(models.TextChoices):
    """How somebody made sure."""

    BY_PHONE = "by_phone", _("by telephone")
    BY_LINK = "by_link", _("by themselves, signed in")


class District(models.Model):
    """A city district, where a municipality has functions of its own in each."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    municipality = models.ForeignKey("cases.Municipality", models.PROTECT, related_name="districts")
    name = models.CharField(max_length=60)
    sort_key = models.CharField(max_length=120)

    class Meta:
        app_label = "referrals"
        ordering = ("sort_key", "id")
        constraints = (
            models.UniqueConstraint(fields=("municipality", "name"), name="referrals_district_named_once"),
        )

    def __str__(self) -> str:
        return self.name


def _is_verified(on: date) -> Any:
    """Say in SQL that a contact point can be relied on; the stubs know no bare lookups."""
    return Exact(standing_in_sql(on), Standing.VERIFIED.value)


class ContactPointQuerySet(models.QuerySet["ContactPoint"]):
    """Contact points, narrowed in the ways that routing and the pages ask for."""

    def live(self) -> ContactPointQuerySet:
        """Give those that have not been taken out of the directory."""
        return self.filter(retired_at=None)

    def routable(self, at: datetime) -> ContactPointQuerySet:
        """Give those that a referral may go to at that moment without a word; `is_routable` says the same of one."""
        on = local_day(at)
        closed = Q(closed_until__gt=on) & (Q(closed_from=None) | Q(closed_from__lte=on))
        return self.live().filter(~closed, _is_verified(on))


class ContactPoint(models.Model):
    """A function, never a person, in a municipality, a county or the whole country."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, default=contact_point_reference, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=ContactKind)
    function = models.CharField(_("function"), max_length=120)
    municipality = models.ForeignKey(
        "cases.Municipality", models.PROTECT, null=True, blank=True, related_name="contact_points"
    )
    county = models.ForeignKey(
        "cases.County", models.PROTECT, null=True, blank=True, related_name="contact_points"
    )
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="contact_points"
    )
    address = models.EmailField(_("address"))
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    hours = models.CharField(_("opening hours"), max_length=160, blank=True)
    languages = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    remit = models.CharField(_("remit"), max_length=400, blank=True)
    deputy = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="deputises_for")
    fallback = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="falls_back_for")
    last_verified_at = models.DateTimeField(null=True, blank=True)
    last_verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_how = models.CharField(max_length=12, choices=VerifiedHow, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    doubted_at = models.DateTimeField(null=True, blank=True)
    doubt = models.CharField(max_length=12, choices=Doubt, blank=True)
    closed_from = models.DateField(null=True, blank=True)
    closed_until = models.DateField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    synthetic = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    history = HistoricalRecords()  # type: ignore[no-untyped-call]
    objects = ContactPointQuerySet.as_manager()

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
                condition=Q(district=None) | Q(municipality__isnull=False),
                name="referrals_contact_point_district_lies_in_municipality",
            ),
            models.CheckConstraint(
                condition=Q(deputy=None) | ~Q(deputy=F("id")), name="referrals_contact_point_not_own_deputy"
            ),
            models.CheckConstraint(
                condition=Q(fallback=None) | ~Q(fallback=F("id")),
                name="referrals_contact_point_not_own_fallback",
            ),
            models.CheckConstraint(
                condition=Q(doubted_at=None, doubt="") | Q(doubted_at__isnull=False, doubt__in=Doubt.values),
                name="referrals_contact_point_doubt_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(verified_how="") | Q(verified_how__in=VerifiedHow.values),
                name="referrals_contact_point_verified_how_known",
            ),
            models.CheckConstraint(
                condition=Q(closed_from=None) | Q(closed_until__gt=F("closed_from")),
                name="referrals_contact_point_closed_for_some_days",
            ),
        )

    def __str__(self) -> str:
        return self.reference

    def standing(self, on: date) -> Standing:
        """Say whether it can be relied on that day, and if not, why."""
        return standing(self, on=on)

    def is_fresh(self, on: date) -> bool:
        """Say whether somebody verified it within the last 180 days, and nothing has spoken against it since."""
        return self.standing(on) == Standing.VERIFIED

    @property
    def fresh_until(self) -> date | None:
        """Give the day on which its verification grows old."""
        return local_day(self.last_verified_at) + FRESH_FOR if self.last_verified_at else None

    def is_open(self, on: date) -> bool:
        """Say whether it takes referrals on that day."""
        if self.retired_at is not None:
            return False
        closes = self.closed_from is None or self.closed_from <= on
        return self.closed_until is None or not closes or self.closed_until <= on

    def is_routable(self, at: datetime) -> bool:
        """Say whether a referral may go there at that moment without a word; `objects.routable` says the same."""
        on = local_day(at)
        return self.is_open(on) and self.is_fresh(on)

    def is_attended(self, at: datetime) -> bool | None:
        """Say whether somebody is there at that moment by its hours; None where they are not known."""
        return is_attended(self.hours, at)

    @property
    def area_name(self) -> str:
        """The municipality's or the county's name; empty for the whole country."""
        if self.municipality:
            return self.municipality.name
        return self.county.name if self.county else ""

    @property
    def named(self) -> str:
        """The function with its area, where several stand side by side: two municipalities call theirs the same."""
        return f"{self.function} · {self.area_name}" if self.area_name else self.function

    @property
    def hours_in_words(self) -> str:
        """The opening hours in the reader's language."""
        return hours_in_words(self.hours)


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
    kind = models.CharField(_("kind"), max_length=12, choices=OutreachKind)
    on = models.DateField(_("day"))
    about = models.CharField(_("what it was about"), max_length=300, blank=True)
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


class ImportedFile(models.Model):
    """A table somebody brought in: shown as differences first, then carried out once or never."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    text = models.TextField()
    brought_at = models.DateTimeField()
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    carried_out_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "referrals"

    def __str__(self) -> str:
        return str(self.id)
