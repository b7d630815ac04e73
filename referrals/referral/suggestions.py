"""Declining with a word on who should have it instead: the counsellor decides, after asking the caller."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.coded.models import CodedValue, Municipality
from referrals.directory.models import ContactKind
from referrals.referral.answers import decline_referral
from referrals.referral.correspondence import Suggestion
from referrals.referral.models import Referral
from referrals.referral.states import State


@transaction.atomic
def decline_and_suggest(
    *,
    actor: Actor,
    user: User,
    referral: Referral,
    reason: CodedValue,
    municipality: Municipality | None = None,
    function: ContactKind | str = "",
    client_id: uuid.UUID | None = None,
) -> Referral:
    """Decline and, where something is suggested, keep it for the counsellor. Errors: those of declining."""
    declining, press = referral.contact_point, client_id or uuid.uuid4()
    was_declined = referral.moves.filter(actor_label=actor.label, client_id=press).exists()
    moved = decline_referral(actor=actor, user=user, referral=referral, reason=reason, client_id=press)
    if was_declined or not (municipality or function):
        return moved
    Suggestion.objects.create(
        referral=moved, contact_point=declining, municipality=municipality, kind=function, at=timezone.now()
    )
    record(
        actor=actor,
        action=Action.REROUTE_SUGGESTED,
        subject=Subject(kind="referral", reference=moved.reference),
        municipality=municipality.pk if municipality else "",
        function=str(function),
    )
    return moved


def suggestion_for(referral: Referral) -> Suggestion | None:
    """Give what the function that declined it last suggested, while somebody still has to find another."""
    if referral.state not in {State.DECLINED, State.REROUTED}:
        return None
    newest = referral.suggestions.select_related("municipality").first()
    return newest if newest and newest.contact_point_id == referral.contact_point_id else None
