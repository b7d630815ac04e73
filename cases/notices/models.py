"""A notice: something happened that a user should know, by reference only."""

import uuid
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class NoticeKind(models.TextChoices):
    """What is told; upper rooms add theirs in a block of their own."""

    # cases
    CALLER_CODE_STATED = "caller_code_stated", _("A caller stated the code of your case to a colleague.")
    CASE_BROKEN_OPEN = "case_broken_open", _("A colleague opened your case in an emergency.")
    FOLLOW_UP_GIVEN = "follow_up_given", _("A colleague planned a follow-up for you.")
    # referrals
    REFERRAL_ARRIVED = "referral_arrived", _("A referral has arrived.")
    REFERRAL_OPENED = "referral_opened", _("The municipality has opened your referral.")
    REFERRAL_ANSWERED = "referral_answered", _("The municipality has answered your referral.")
    REFERRAL_OUTCOME = "referral_outcome", _("An outcome of your referral has been reported.")
    REFERRAL_OVERDUE = "referral_overdue", _("A referral has stood still for too long.")


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices, written and narrowed in the ways the services ask for."""

    def tell(self, users: Iterable[User], *, kind: str, reference: str) -> list["Notice"]:
        """Write one notice to each user."""
        return self.bulk_create(Notice(user=user, kind=kind, reference=reference) for user in users)

    def unseen_by(self, user: User) -> "NoticeQuerySet":
        """Give what a user has not seen yet."""
        return self.filter(user=user, seen_at__isnull=True)


class Notice(models.Model):
    """One thing told to one user; desk and mail are two displays of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=32, choices=NoticeKind)
    reference = models.CharField(max_length=16)
    at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        """Newest first."""

        app_label = "cases"
        ordering = ("-at",)
        indexes = (
            models.Index(
                fields=["user", "-at"], condition=models.Q(seen_at__isnull=True), name="notice_unseen"
            ),
        )
        constraints = (
            models.CheckConstraint(condition=~models.Q(reference=""), name="notice_says_about_what"),
        )

    def __str__(self) -> str:
        """Give the reference."""
        return self.reference
