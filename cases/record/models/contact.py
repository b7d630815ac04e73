"""A contact: one conversation on the line, by phone or otherwise, with what was coded about it."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.coded.models import CodedValue, Kind, Municipality
from cases.record.models.case import Case, holds_kind
from cases.record.models.histories import HistoryWithLists
from cases.record.references import contact_reference

# Which list each coded answer is chosen from; the constraints below keep it true.
CODED_FIELDS: dict[str, Kind] = {
    "kind": Kind.CONTACT_KIND,
    "acute_danger": Kind.YES_NO,
    "caller_role": Kind.CALLER_ROLE,
    "age_band": Kind.AGE_BAND,
    "gender": Kind.GENDER,
    "children_in_home": Kind.YES_NO,
    "risk_level": Kind.RISK_LEVEL,
    "protective_factors": Kind.YES_NO,
    "wish_to_change": Kind.YES_NO,
    "language": Kind.LANGUAGE,
    "interpreter": Kind.YES_NO,
    "found_line": Kind.FOUND_LINE,
}


class Channel(models.TextChoices):
    """How the conversation was held."""

    PHONE = "phone", _("phone")
    EMAIL = "email", _("e-mail")
    VISIT = "visit", _("visit")
    OTHER = "other", _("other")


def _answer() -> "models.ForeignKey[CodedValue | None]":
    return models.ForeignKey(CodedValue, on_delete=models.PROTECT, null=True, blank=True, related_name="+")


class ContactIdeology(models.Model):
    """An ideology noted in a contact, and what the note rests on."""

    id = models.BigAutoField(primary_key=True)
    contact = models.ForeignKey("cases.Contact", on_delete=models.CASCADE, related_name="ideology_notes")
    value = models.ForeignKey(CodedValue, on_delete=models.PROTECT, related_name="+")
    basis = models.ForeignKey(CodedValue, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Each ideology once a contact, always with its basis."""

        app_label = "cases"
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["contact", "value"], name="contactideology_once_per_contact"),
            models.CheckConstraint(
                condition=holds_kind("value", Kind.IDEOLOGY), name="contactideology_value_is_an_ideology"
            ),
            models.CheckConstraint(
                condition=holds_kind("basis", Kind.IDEOLOGY_BASIS), name="contactideology_basis_is_a_basis"
            ),
        )

    def __str__(self) -> str:
        """Give the contact it belongs to, never the value."""
        return f"{self.contact_id}"


class Contact(models.Model):
    """One conversation; without a case it is one-off advice, which is normal. An empty answer was not asked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True, default=contact_reference, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts")
    channel = models.CharField(max_length=8, choices=Channel)
    begun_at = models.DateTimeField(db_index=True)
    logged_at = models.DateTimeField(default=timezone.now)
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.ForeignKey(CodedValue, on_delete=models.PROTECT, related_name="+")
    acute_danger = _answer()
    caller_role = _answer()
    age_band = _answer()
    gender = _answer()
    children_in_home = _answer()
    risk_level = _answer()
    protective_factors = _answer()
    wish_to_change = _answer()
    language = _answer()
    interpreter = _answer()
    found_line = _answer()
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    concerns = models.ManyToManyField(CodedValue, related_name="+", db_table="cases_contact_concern")
    actions = models.ManyToManyField(CodedValue, related_name="+", db_table="cases_contact_action")
    ideologies = models.ManyToManyField(
        CodedValue, through=ContactIdeology, through_fields=("contact", "value"), related_name="+"
    )
    key = models.UUIDField(null=True, editable=False)
    summary = models.BinaryField(null=True, editable=False)
    summary_version = models.PositiveIntegerField(default=0)
    risk_reason = models.BinaryField(null=True, editable=False)
    risk_reason_version = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    history = HistoryWithLists(  # type: ignore[no-untyped-call]
        m2m_fields=[concerns, actions, ideologies]
    )

    class Meta:
        """Newest first; every answer is of its own kind, a risk level has its reason, a text has its key."""

        app_label = "cases"
        ordering = ("-begun_at", "reference")
        constraints = (
            *(
                models.CheckConstraint(
                    condition=holds_kind(field, kind), name=f"contact_{field}_is_of_its_kind"
                )
                for field, kind in CODED_FIELDS.items()
            ),
            models.CheckConstraint(
                condition=models.Q(channel__in=Channel.values), name="contact_channel_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(risk_level__isnull=True) | models.Q(risk_reason__isnull=False),
                name="contact_risk_has_its_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(key__isnull=False)
                | models.Q(summary__isnull=True, risk_reason__isnull=True),
                name="contact_text_has_its_key",
            ),
        )

    def __str__(self) -> str:
        """Give the reference."""
        return self.reference
