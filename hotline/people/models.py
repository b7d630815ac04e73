"""Invitations, changes that wait for a second person, sessions, and counts that limit guessing."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.record.references import new_reference
from hotline.people.roles import Role
from referrals.directory.models import ContactPoint

INVITATION_DAYS = 3


def new_person_reference() -> str:
    """Make the reference by which the trail and the addresses name an invitation or a change."""
    return new_reference("P")


def invitation_expiry() -> datetime:
    """Say until when an invitation made now can be taken up."""
    return timezone.now() + timedelta(days=INVITATION_DAYS)


class Invitation(models.Model):
    """Somebody asked to join; the link is signed, works once, and is never stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, default=new_person_reference, editable=False)
    username = models.CharField(_("username"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    contact_point = models.ForeignKey(
        ContactPoint,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("contact point"),
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    renews = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=invitation_expiry)
    sent_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "hotline"
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                name="invitation_recipient_has_contact_point",
                condition=Q(renews__isnull=False)
                | Q(role=Role.RECIPIENT, contact_point__isnull=False)
                | (~Q(role=Role.RECIPIENT) & Q(contact_point__isnull=True)),
            ),
            models.UniqueConstraint(
                name="invitation_one_open_per_username",
                fields=["username"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        """Tell whether it can still be taken up."""
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()


class Change(models.Model):
    """Something that one person asks for and another person, of another role, must approve."""

    class Kind(models.TextChoices):
        """What can be asked for."""

        INVITE = "invite", _("Invite")
        ROLE = "role", _("New role")
        CREDENTIALS = "credentials", _("New password and second factor")

    class State(models.TextChoices):
        """Pending, then one of the two others, for good."""

        PENDING = "pending", _("Waiting for a second person")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, default=new_person_reference, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, null=True, related_name="change")
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_role = models.CharField(max_length=20, choices=Role.choices)
    requested_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "hotline"
        ordering = ("requested_at",)
        constraints = (
            models.CheckConstraint(
                name="change_decided_by_another_person_of_another_role",
                condition=Q(state="pending", decided_by__isnull=True)
                | (
                    ~Q(state="pending")
                    & Q(decided_by__isnull=False)
                    & ~Q(decided_by=F("requested_by"))
                    & ~Q(decided_role=F("requested_role"))
                ),
            ),
            models.CheckConstraint(
                name="change_not_decided_by_whom_it_concerns",
                condition=Q(person__isnull=True) | Q(decided_by__isnull=True) | ~Q(person=F("decided_by")),
            ),
            models.CheckConstraint(
                name="change_concerns_a_person_or_an_invitation",
                condition=Q(kind="invite", invitation__isnull=False, person__isnull=True)
                | (~Q(kind="invite") & Q(invitation__isnull=True, person__isnull=False)),
            ),
            models.CheckConstraint(
                name="change_kind_known", condition=Q(kind__in=["invite", "role", "credentials"])
            ),
            models.CheckConstraint(
                name="change_state_known", condition=Q(state__in=["pending", "approved", "refused"])
            ),
            models.UniqueConstraint(
                name="change_one_pending_per_person_and_kind",
                fields=["person", "kind"],
                condition=Q(state="pending", person__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.reference


class Session(AbstractBaseSession):
    """A signed-in browser; `session_key` is a keyed hash of the cookie, so the row gives nobody a session."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        app_label = "hotline"

    def __str__(self) -> str:
        return "session"


class SharedValue(models.Model):
    """A short-lived value all processes see: counts of attempts and used one-time codes, as JSON."""

    key = models.CharField(max_length=255, primary_key=True)
    content = models.JSONField()
    expires_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        app_label = "hotline"

    def __str__(self) -> str:
        return "shared value"
