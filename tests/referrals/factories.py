"""Municipalities' functions, recipients and referrals for tests, made by the services themselves."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from audit.context import Actor, system_actor
from cases.coded.models import CodedValue, Municipality
from cases.record.facts import ContactFacts
from cases.record.models import Case
from cases.record.references import new_reference
from cases.record.services import open_case, open_contact
from referrals.clock.working_days import local_day
from referrals.directory.models import ContactKind, ContactPoint
from referrals.directory.recipients import name_recipient
from referrals.referral.consent import SPOKEN_TEXT_VERSION, Consent
from referrals.referral.models import Referral
from referrals.referral.services import Particulars, propose_referral
from referrals.referral.states import Mode

ALE = "1440"
CLOCK = system_actor("ladder")
CALLER_PHONE = "070-174 06 05"
CALLER_NAME = "Planterad Uppringare"
MESSAGE = "Föräldern är orolig och vill ha ett samtal."


def make_user(name: str, role: str) -> User:
    user = User.objects.create_user(username=name, password="a long enough password")
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def actor_for(user: User) -> Actor:
    return Actor(label=user.get_username(), role=user.groups.values_list("name", flat=True)[0])


def make_point(
    code: str = ALE, kind: ContactKind = ContactKind.SOCIAL_SERVICES, **fields: Any
) -> ContactPoint:
    values = {
        "reference": new_reference("P"),
        "kind": kind,
        "function": f"{kind.value} {code}",
        "municipality_id": code or None,
        "address": f"{kind.value}@{code or 'national'}.example",
        "phone": "031-390 06 01",
        "last_verified_at": timezone.now() - timedelta(days=10),
        "synthetic": True,
    }
    return ContactPoint.objects.create(**(values | fields))


def make_national(**fields: Any) -> ContactPoint:
    return make_point("", ContactKind.COORDINATION, function="National coordination", **fields)


def make_recipient(name: str, contact_point: ContactPoint) -> User:
    user = make_user(name, "recipient")
    name_recipient(actor=CLOCK, user=user, contact_point=contact_point)
    return user


def make_case(user: User, **facts: Any) -> Case:
    contact = open_contact(
        actor=actor_for(user),
        user=user,
        channel="phone",
        begun_at=timezone.now(),
        kind="counselling",
        facts=ContactFacts(**facts),
        summary="",
    )
    return open_case(actor=actor_for(user), user=user, contact=contact).case


def consent_to(contact_point: ContactPoint, fields: Iterable[str], until: date | None = None) -> Consent:
    return Consent(
        text_version=SPOKEN_TEXT_VERSION,
        municipality=contact_point.municipality,
        function=contact_point.function,
        fields=frozenset(fields),
        until=until or local_day() + timedelta(days=60),
    )


def propose(
    user: User,
    case: Case,
    receiver: ContactPoint,
    *,
    mode: Mode = Mode.THEY_CONTACT,
    fields: Iterable[str] = ("caller_role", "message"),
    **particulars: Any,
) -> Referral:
    """Propose to the municipality of `receiver`, with its phone number where they are to contact."""
    chosen = [*fields, *(["caller_phone"] if mode is Mode.THEY_CONTACT else [])]
    typed = {"message": MESSAGE, "caller_phone": CALLER_PHONE} | particulars.pop("typed", {})
    return propose_referral(
        actor=actor_for(user),
        user=user,
        case=case,
        mode=mode,
        municipality=receiver.municipality or Municipality.objects.get(pk=ALE),
        consent=consent_to(receiver, chosen),
        fields=chosen,
        particulars=Particulars(typed=typed, **particulars),
    )


def decline_reason() -> CodedValue:
    return CodedValue.objects.choosable("decline_reason")[0]
