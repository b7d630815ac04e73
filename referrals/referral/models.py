"""A referral, the sealed copy that leaves with it, and every move made with it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from referrals.clock.ladder import Rung
from referrals.referral.next_step import Ended, NextStep, next_step
from referrals.referral.reasons import (
    Basis,
    DisclosureGround,
    OverrideReason,
    UnverifiedReason,
    WithdrawReason,
)
from referrals.referral.states import ENDED, Mode, MoveKind, Outcome, Party, State

_ENDED = sorted(ENDED)
_UNSENT = sorted({State.DRAFT, State.PROPOSED, State.REROUTED, State.WITHDRAWN})


class Referral(models.Model):
    """One way out for one case: to whom, how, with which consent, and who acts next by when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True)
    receiver_reference = models.CharField(max_length=12, unique=True)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="referrals")
    counsellor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="referrals")
    contact_point = models.ForeignKey("referrals.ContactPoint", models.PROTECT, related_name="referrals")
    route_override = models.CharField(max_length=16, choices=OverrideReason, blank=True)
    mode = models.CharField(max_length=16, choices=Mode)
    acute = models.BooleanField(default=False)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    next_actor = models.CharField(max_length=12, choices=Party, blank=True)
    due_on = models.DateField(null=True, blank=True)
    rung = models.PositiveSmallIntegerField(choices=Rung, default=Rung.NONE)

    basis = models.CharField(max_length=12, choices=Basis, default=Basis.CONSENT)
    disclosure_ground = models.CharField(max_length=16, choices=DisclosureGround, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    consent_text_version = models.CharField(max_length=16)
    consent_municipality = models.ForeignKey(
        "cases.Municipality", models.PROTECT, null=True, blank=True, related_name="+"
    )
    consent_function = models.CharField(max_length=120)
    consent_fields = ArrayField(models.CharField(max_length=32))
    consent_until = models.DateField()

    decline_reason = models.ForeignKey(
        "cases.CodedValue", models.PROTECT, null=True, blank=True, related_name="+"
    )
    reported_outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    unverified_because = models.CharField(max_length=16, choices=UnverifiedReason, blank=True)
    withdrawn_because = models.CharField(max_length=16, choices=WithdrawReason, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "referrals"
        ordering = ("created_at", "id")
        indexes = (
            models.Index(fields=("due_on",), condition=~Q(state__in=_ENDED), name="referrals_live_due"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(state__in=State.values), name="referrals_state_known"),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="referrals_mode_known"),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=Outcome.values), name="referrals_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=_ENDED)
                | (Q(next_actor__in=Party.values) & Q(due_on__isnull=False) & Q(ended_at=None)),
                name="referrals_live_names_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_ENDED) | (~Q(outcome="") & Q(ended_at__isnull=False)),
                name="referrals_ends_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.WITHDRAWN) | ~Q(withdrawn_because=""),
                name="referrals_withdrawn_says_why",
            ),
            models.CheckConstraint(
                condition=Q(basis=Basis.CONSENT, disclosure_ground="")
                | Q(basis=Basis.DISCLOSURE, disclosure_ground__in=DisclosureGround.values),
                name="referrals_disclosure_has_its_ground",
            ),
            models.CheckConstraint(
                condition=Q(basis=Basis.CONSENT) | Q(state__in=_UNSENT) | Q(decided_by__isnull=False),
                name="referrals_disclosure_is_decided",
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def is_live(self) -> bool:
        """Say whether somebody still has to act."""
        return self.state not in ENDED

    @property
    def next_step(self) -> NextStep | Ended:
        """Who does what by when, or how it ended."""
        return next_step(self)


class SealedCopy(models.Model):
    """What leaves, encrypted under the referral's own key; never changed, a new version is a new row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="copies")
    version = models.PositiveSmallIntegerField()
    key = models.UUIDField()
    sealed = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        app_label = "referrals"
        ordering = ("version",)
        constraints = (
            models.UniqueConstraint(fields=("referral", "version"), name="referrals_copy_version_once"),
        )

    def __str__(self) -> str:
        return str(self.id)


class Move(models.Model):
    """One step of a referral, append-only: who, from where to where, addressed to which function."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="moves")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=MoveKind)
    from_state = models.CharField(max_length=20, choices=State)
    to_state = models.CharField(max_length=20, choices=State)
    contact_point = models.ForeignKey("referrals.ContactPoint", models.PROTECT, related_name="+")
    code = models.CharField(max_length=32, blank=True)
    party = models.CharField(max_length=12, choices=Party)
    actor_label = models.CharField(max_length=150)
    client_id = models.UUIDField()
    at = models.DateTimeField()
    spoken_with = models.CharField(max_length=120, blank=True)
    spoken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "referrals"
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("referral", "number"), name="referrals_move_number_once"),
            models.UniqueConstraint(fields=("actor_label", "client_id"), name="referrals_move_press_once"),
            models.CheckConstraint(condition=Q(kind__in=MoveKind.values), name="referrals_move_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind=MoveKind.TELL_BY_PHONE) | (~Q(spoken_with="") & Q(spoken_at__isnull=False)),
                name="referrals_move_by_phone_names_whom_and_when",
            ),
        )

    def __str__(self) -> str:
        return f"{self.referral_id}/{self.number}"
