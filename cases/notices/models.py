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
    FOLLOW_UP_DUE = "follow_up_due", _("A follow-up of yours is due.")
    BREAK_GLASS_TO_REVIEW = "break_glass_to_review", _("An emergency opening waits for your look.")
    BREAK_GLASS_REVIEWED = "break_glass_reviewed", _("Your emergency opening has been signed off.")
    HAND_OVER_OFFERED = (
        "hand_over_offered",
        _("A colleague hands a case over to you. Read the note and acknowledge."),
    )
    HAND_OVER_ACKNOWLEDGED = "hand_over_acknowledged", _("Your hand-over has been acknowledged.")
    HAND_OVER_DECLINED = "hand_over_declined", _("Your hand-over was declined. The case is still yours.")
    HAND_OVER_WITHDRAWN = "hand_over_withdrawn", _("A hand-over to you has been withdrawn.")
    HAND_OVER_UNANSWERED = "hand_over_unanswered", _("A hand-over has not been acknowledged.")
    SECOND_LOOK_ASKED = "second_look_asked", _("A colleague asks you for a second look.")
    SECOND_LOOK_ANSWERED = "second_look_answered", _("Your question for a second look has been answered.")
    CO_WORKER_ADDED = "co_worker_added", _("A colleague shares a case with you.")
    CASE_MERGED = "case_merged", _("Your case has been merged with another.")
    CASE_GIVEN = "case_given", _("A case is yours now. Read it and see what is promised.")
    CASE_TAKEN = "case_taken", _("A supervisor has given your case to a colleague.")
    MERGE_UNDONE = "merge_undone", _("A merge of your case has been undone.")
    # referrals
    REFERRAL_ARRIVED = "referral_arrived", _("A referral has arrived.")
    REFERRAL_OPENED = "referral_opened", _("The municipality has opened your referral.")
    REFERRAL_ANSWERED = "referral_answered", _("The municipality has answered your referral.")
    REFERRAL_OUTCOME = "referral_outcome", _("An outcome of your referral has been reported.")
    REFERRAL_OVERDUE = "referral_overdue", _("A referral has stood still for too long.")
    REFERRAL_ASKED = "referral_asked", _("The municipality has asked about your referral.")
    REFERRAL_TOLD = "referral_told", _("The municipality has answered a question about your referral.")
    WELCOME_UNREDEEMED = "welcome_unredeemed", _("A function has not come to its referral. Telephone it.")
    DISCLOSURE_TO_SIGN_OFF = (
        "disclosure_to_sign_off",
        _("A disclosure left in acute danger on one person's word. Look at it and sign it off."),
    )
    DISCLOSURE_SIGNED_OFF = (
        "disclosure_signed_off",
        _("Another person has looked at your acute disclosure."),
    )
    RECIPIENT_ENDED = "recipient_ended", _("A function has ended a colleague's access to the portal.")
    LETTER_UNDELIVERED = "letter_undelivered", _("A letter about your referral could not be delivered.")
    # hotline
    LINE_UNSTAFFED = "line_unstaffed", _("A line is open, or about to open, and nobody is on duty.")


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
