"""The desk's own routing rules: which situation goes to which function, in order, before the built-in ones."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from referrals.directory.models import ContactKind
from referrals.routing.situation import Hours, Need


class RoutingRule(models.Model):
    """One rule; an empty condition holds for everybody, and all that are filled in must hold."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveSmallIntegerField()
    municipality = models.ForeignKey(
        "cases.Municipality", models.PROTECT, null=True, blank=True, related_name="+"
    )
    county = models.ForeignKey("cases.County", models.PROTECT, null=True, blank=True, related_name="+")
    need = models.CharField(max_length=16, choices=Need, blank=True)
    age_bands = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    acute = models.BooleanField(null=True, blank=True)
    language = models.CharField(max_length=64, blank=True)
    hours = models.CharField(max_length=8, choices=Hours, blank=True)
    kind = models.CharField(max_length=20, choices=ContactKind, blank=True)
    contact_point = models.ForeignKey(
        "referrals.ContactPoint", models.PROTECT, null=True, blank=True, related_name="routing_rules"
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "referrals"
        ordering = ("number", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("number",),
                condition=Q(retired_at=None),
                name="referrals_routing_rule_has_its_place",
            ),
            models.CheckConstraint(
                condition=Q(kind="", contact_point__isnull=False)
                | Q(kind__in=ContactKind.values, contact_point=None),
                name="referrals_routing_rule_leads_to_one",
            ),
            models.CheckConstraint(
                condition=Q(need="") | Q(need__in=Need.values), name="referrals_routing_rule_need_known"
            ),
            models.CheckConstraint(
                condition=Q(hours="") | Q(hours__in=Hours.values), name="referrals_routing_rule_hours_known"
            ),
        )

    def __str__(self) -> str:
        return str(self.number)
