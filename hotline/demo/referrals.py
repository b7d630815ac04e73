"""The demo's referrals: some on their way, some answered, one for every state a visitor asks about."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random

from django.contrib.auth.models import User
from django.utils import timezone

from audit.context import system_actor
from cases.coded.models import CodedValue, Kind, Municipality
from cases.record.models import Case
from hotline.demo import wording
from hotline.demo.history import actor_for
from referrals.clock.working_days import local_day
from referrals.directory.models import ContactPoint
from referrals.referral.answers import (
    accept_referral,
    decline_referral,
    open_referral,
    report_contact,
    report_outcome,
)
from referrals.referral.consent import SPOKEN_TEXT_VERSION, Consent
from referrals.referral.models import Referral
from referrals.referral.overdue import expire_overdue
from referrals.referral.reasons import OverrideReason
from referrals.referral.services import Particulars, propose_referral, send_referral, verify_referral
from referrals.referral.states import Mode, Outcome

FIELDS = ("caller_role", "age_band", "concerns", "message", "caller_phone")
AGREED_FOR = timedelta(days=60)
DEPTHS = (0, 1, 2, 3, 3, 4, 5, 6)
"""How far each referral has come: proposed, sent, opened, accepted, contact made, outcome reported, verified."""
ACCEPTED = 3
REMINDED_THEN_HANDED_UP = 2


def refer(cases: Sequence[Case], recipient: User, contact_point: ContactPoint, *, seed: int) -> int:
    """Refer some cases to the recipient's function, each to its own depth; give how many were made."""
    random = Random(seed)  # noqa: S311 - a repeatable demonstration, not a secret
    chosen = random.sample(list(cases), min(len(cases), len(DEPTHS) + 1))
    accepted: list[Referral] = []
    for case, depth in zip(chosen, DEPTHS, strict=False):
        referral = _propose(case, contact_point, random)
        _walk(referral, recipient, depth)
        accepted += [referral] if depth == ACCEPTED else []
    for referral in accepted[1:]:
        _let_stand(referral)
    for case in chosen[len(DEPTHS) :]:
        _decline(_propose(case, contact_point, random), recipient)
    return len(chosen)


def _propose(case: Case, contact_point: ContactPoint, random: Random) -> Referral:
    user = case.opened_by
    municipality = contact_point.municipality or Municipality.objects.order_by("code")[0]
    consent = Consent(
        text_version=SPOKEN_TEXT_VERSION,
        municipality=contact_point.municipality,
        function=contact_point.function,
        fields=frozenset(FIELDS),
        until=local_day() + AGREED_FOR,
    )
    phone = f"070-174 06 {random.randint(5, 99):02d}"
    particulars = Particulars(
        typed={"message": wording.MESSAGE, "caller_phone": phone},
        contact_point=contact_point,
        override=next(iter(OverrideReason)),
    )
    return propose_referral(
        actor=actor_for(user),
        user=user,
        case=case,
        mode=Mode.THEY_CONTACT,
        municipality=municipality,
        consent=consent,
        fields=FIELDS,
        particulars=particulars,
    )


def _walk(referral: Referral, recipient: User, depth: int) -> None:
    sender, receiver = referral.counsellor, recipient
    ours, theirs = actor_for(sender), actor_for(receiver)
    steps: tuple[Callable[[], Referral], ...] = (
        lambda: send_referral(actor=ours, user=sender, referral=referral),
        lambda: open_referral(actor=theirs, user=receiver, referral=referral),
        lambda: accept_referral(actor=theirs, user=receiver, referral=referral),
        lambda: report_contact(actor=theirs, user=receiver, referral=referral),
        lambda: report_outcome(
            actor=theirs, user=receiver, referral=referral, outcome=Outcome.SUPPORT_STARTED
        ),
        lambda: verify_referral(actor=ours, user=sender, referral=referral, outcome=Outcome.SUPPORT_STARTED),
    )
    for step in steps[:depth]:
        step()


def _let_stand(referral: Referral) -> None:
    """Let its day pass, and the ladder climb, until it is with the supervisor."""
    for _rung in range(REMINDED_THEN_HANDED_UP):
        Referral.objects.filter(pk=referral.pk).update(due_on=local_day() - timedelta(days=1))
        expire_overdue(actor=system_actor("ladder"), now=timezone.now())


def _decline(referral: Referral, recipient: User) -> None:
    reason = CodedValue.objects.choosable(Kind.DECLINE_REASON)[0]
    send_referral(actor=actor_for(referral.counsellor), user=referral.counsellor, referral=referral)
    open_referral(actor=actor_for(recipient), user=recipient, referral=referral)
    decline_referral(actor=actor_for(recipient), user=recipient, referral=referral, reason=reason)
