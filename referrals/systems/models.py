"""A municipality's own system, its secrets and tokens as digests, and the answers kept for repeated requests."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

DIGEST_BYTES = 32


class System(models.Model):
    """A program that acts for contact points as a recipient does; its reference is its OAuth client id.

    `minute` (whole minutes since 1970) and `asked` count its requests, so that no program can drown the others.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=120)
    contact_points = models.ManyToManyField("referrals.ContactPoint", related_name="systems")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="municipal_system", editable=False
    )
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    minute = models.PositiveBigIntegerField(default=0, editable=False)
    asked = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        app_label = "referrals"
        ordering = ("-created_at", "id")

    def __str__(self) -> str:
        return self.reference

    @property
    def is_live(self) -> bool:
        """Say whether it has not been shut out."""
        return self.revoked_at is None


class SystemSecret(models.Model):
    """A secret that one person asks for and another person, of another role, issues; only its digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(System, models.CASCADE, related_name="secrets")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_role = models.CharField(max_length=20)
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_role = models.CharField(max_length=20, blank=True)
    decided_at = models.DateTimeField(null=True)
    digest = models.BinaryField(max_length=DIGEST_BYTES, null=True, editable=False)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "referrals"
        ordering = ("-requested_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(digest=None)
                | (
                    Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=F("requested_by"))
                    & ~Q(decided_role=F("requested_role"))
                ),
                name="referrals_secret_issued_by_another",
            ),
            models.UniqueConstraint(
                fields=("system",), condition=Q(decided_at=None), name="referrals_secret_one_waiting"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class AccessToken(models.Model):
    """A bearer token, short-lived; the row gives nobody the token."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(System, models.CASCADE, related_name="tokens")
    digest = models.BinaryField(max_length=DIGEST_BYTES, unique=True, editable=False)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        app_label = "referrals"
        ordering = ("issued_at", "id")

    def __str__(self) -> str:
        return str(self.id)


class KeptAnswer(models.Model):
    """What was answered to a request with an idempotency key: where the referral stood, never what is in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(System, models.CASCADE, related_name="kept_answers")
    key_digest = models.BinaryField(max_length=DIGEST_BYTES, editable=False)
    request_digest = models.BinaryField(max_length=DIGEST_BYTES, editable=False)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        app_label = "referrals"
        ordering = ("at", "id")
        constraints = (
            models.UniqueConstraint(fields=("system", "key_digest"), name="referrals_answer_once_per_key"),
        )

    def __str__(self) -> str:
        return str(self.id)
