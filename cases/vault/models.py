"""What the vault stores: wrapped keys in a database of their own, and in the main one what was destroyed."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KEYS = "keys"
KEYS_MODELS = frozenset({"datakey", "periodkey", "wrappingversion"})


class OwnerKind(models.TextChoices):
    """What a data key can belong to; shredding goes by it."""

    CASE = "case", _("Case")
    CONTACT = "contact", _("Contact")
    DRAFT = "draft", _("Draft")
    CALLBACK = "callback", _("Call-back")
    CALL = "call", _("Call")
    REFERRAL = "referral", _("Referral")
    DISCLOSURE = "disclosure", _("Disclosure")
    ENDPOINT = "endpoint", _("Duty phone")
    SECOND_FACTOR = "second_factor", _("Second factor")
    PERIOD = "period", _("Period")


class Purpose(models.TextChoices):
    """Which wrapping key protects a data key; the values are the folders of the keyring."""

    NOTES = "notes", _("Notes")
    CALLBACKS = "callbacks", _("Call-back numbers")
    SECOND_FACTOR = "second-factor", _("Second-factor secrets")
    REFERRALS = "referrals", _("Referrals")
    FINGERPRINTS = "fingerprints", _("Fingerprints")


DATA_PURPOSES = [purpose for purpose in Purpose.values if purpose != Purpose.FINGERPRINTS]


class DataKey(models.Model):
    """A random key that seals one owner's texts, stored only as wrapped by the purpose's wrapping key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner_kind = models.CharField(max_length=20, choices=OwnerKind)
    owner_id = models.UUIDField()
    purpose = models.CharField(max_length=20, choices=Purpose)
    wrapped = models.BinaryField()
    wrapping_version = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        app_label = "cases"
        verbose_name = _("data key")
        verbose_name_plural = _("data keys")
        indexes = [
            models.Index(fields=["owner_id", "owner_kind"], name="datakey_owner"),
            models.Index(fields=["purpose", "wrapping_version", "id"], name="datakey_rotation"),
            models.Index(fields=["created_at"], name="datakey_age"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(owner_kind__in=OwnerKind.values), name="datakey_owner_kind"),
            models.CheckConstraint(condition=Q(purpose__in=DATA_PURPOSES), name="datakey_purpose"),
            models.CheckConstraint(condition=Q(wrapping_version__gte=1), name="datakey_wrapping_version"),
        ]

    def __str__(self) -> str:
        """Say which key it is, never what it opens."""
        return str(self.id)


class PeriodKey(models.Model):
    """The random key under which callers' numbers become fingerprints for thirty days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wrapped = models.BinaryField()
    wrapping_version = models.PositiveIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        app_label = "cases"
        verbose_name = _("period key")
        verbose_name_plural = _("period keys")
        constraints = [
            models.UniqueConstraint(fields=["starts_at"], name="periodkey_one_per_period"),
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="periodkey_forwards"),
            models.CheckConstraint(condition=Q(wrapping_version__gte=1), name="periodkey_wrapping_version"),
        ]

    def __str__(self) -> str:
        """Say which key it is."""
        return str(self.id)


class WrappingVersion(models.Model):
    """When a version of a wrapping key was made, retired and destroyed: from this come the promised dates."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=20, choices=Purpose)
    version = models.PositiveIntegerField()
    made_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "cases"
        verbose_name = _("wrapping key version")
        verbose_name_plural = _("wrapping key versions")
        constraints = [
            models.UniqueConstraint(fields=["purpose", "version"], name="wrappingversion_once"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="wrappingversion_purpose"),
            models.CheckConstraint(condition=Q(version__gte=1), name="wrappingversion_version"),
            models.CheckConstraint(
                condition=Q(destroyed_at__isnull=True) | Q(retired_at__isnull=False),
                name="wrappingversion_retired_before_destroyed",
            ),
        ]

    def __str__(self) -> str:
        """Say purpose and version."""
        return f"{self.purpose}/{self.version}"


class Destruction(models.Model):
    """A key's end: ordered in the transaction that gave up the texts, dated once the key is gone."""

    key_id = models.UUIDField(primary_key=True, editable=False)
    owner_kind = models.CharField(max_length=20, choices=OwnerKind)
    owner_id = models.UUIDField()
    reason = models.CharField(max_length=60)
    reference = models.CharField(max_length=60)
    ordered_at = models.DateTimeField(default=timezone.now)
    unreadable_running_at = models.DateTimeField(null=True)
    unreadable_everywhere_by = models.DateTimeField(null=True)

    class Meta:
        app_label = "cases"
        verbose_name = _("destroyed key")
        verbose_name_plural = _("destroyed keys")
        indexes = [
            models.Index(fields=["owner_id"], name="destruction_owner"),
            models.Index(
                fields=["ordered_at"],
                condition=Q(unreadable_running_at__isnull=True),
                name="destruction_unfinished",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner_kind__in=OwnerKind.values), name="destruction_owner_kind"
            ),
            models.CheckConstraint(
                condition=Q(unreadable_running_at__isnull=True, unreadable_everywhere_by__isnull=True)
                | Q(
                    unreadable_running_at__isnull=False,
                    unreadable_everywhere_by__isnull=False,
                    unreadable_everywhere_by__gte=models.F("unreadable_running_at"),
                ),
                name="destruction_both_dates_or_none",
            ),
        ]

    def __str__(self) -> str:
        """Say which key is gone."""
        return str(self.key_id)
