"""Rows that figures are counted from, written straight into the tables."""

import itertools
import uuid
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.models import User
from django.test import Client

from cases.record.models import Case, Contact
from hotline.calls.models import Call, CallBack
from hotline.people.roles import set_role
from referrals.directory.models import ContactPoint
from referrals.referral.models import Move, Referral

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_numbers = itertools.count(1)


def make_member(role: str, name: str = "alice") -> User:
    """Make somebody who works here in a role."""
    user = User.objects.create_user(name)
    set_role(user, role)
    return user


def signed_in(user: User) -> Client:
    """Give a browser in which this person is signed in."""
    client = Client()
    client.force_login(user, backend="hotline.people.backend.RoleBackend")
    return client


def make_call(offered_at: datetime = NOW, **facts: object) -> Call:
    """Make a call; its moments are told in seconds after the offer, without an end it is under way."""
    call = told_call(offered_at, **facts)
    call.save()
    return call


def told_call(offered_at: datetime = NOW, **facts: object) -> Call:
    """Give a call as `make_call` makes it, not written yet."""
    for moment in ("accepted", "ended", "queued", "callback_requested", "failed", "gave_up"):
        seconds = facts.pop(f"{moment}_after", None)
        if isinstance(seconds, int):
            facts[f"{moment}_at"] = offered_at + timedelta(seconds=seconds)
    number = next(_numbers)
    key = number.to_bytes(32, "big")
    return Call(reference=f"S-{number:06d}", provider="twilio", call_key=key, offered_at=offered_at, **facts)


def make_call_back(
    requested_at: datetime = NOW, *, state: str = "requested", ended_after: int = 0
) -> CallBack:
    """Make a call-back on a call of its own; hours until it ended."""
    call = make_call(requested_at - timedelta(minutes=1), callback_requested_after=60, ended_after=70)
    over = state in {"reached", "given_up", "expired"}
    return CallBack.objects.create(
        reference=f"B-{next(_numbers):06d}",
        call=call,
        state=state,
        number_sealed=None if over else b"sealed",
        requested_at=requested_at,
        expires_at=requested_at + timedelta(days=3),
        ended_at=requested_at + timedelta(hours=ended_after) if over else None,
    )


def make_case(user: User, **facts: object) -> Case:
    """Make a case without text."""
    return Case.objects.create(opened_by=user, key=uuid.uuid4(), **facts)


def make_contacts(
    count: int,
    *,
    user: User,
    begun_at: datetime = NOW,
    kind: str = "counselling",
    municipality: str | None = None,
    role: str | None = None,
    case: Case | None = None,
    concerns: tuple[str, ...] = (),
) -> list[Contact]:
    """Make so many contacts with the same coded facts."""
    told = ToldContact(begun_at, kind, municipality, role, case, concerns)
    return write_contacts([told] * count, user=user)


class ToldContact(NamedTuple):
    """The coded facts of a contact."""

    begun_at: datetime = NOW
    kind: str = "counselling"
    municipality: str | None = None
    role: str | None = None
    case: Case | None = None
    concerns: tuple[str, ...] = ()


def write_contacts(told: list[ToldContact], *, user: User) -> list[Contact]:
    """Write many contacts at once."""
    contacts = [
        Contact(
            channel="phone",
            begun_at=each.begun_at,
            logged_by=user,
            kind_id=f"contact_kind:{each.kind}",
            municipality_id=each.municipality,
            caller_role_id=each.role and f"caller_role:{each.role}",
            case=each.case,
        )
        for each in told
    ]
    Contact.objects.bulk_create(contacts)
    Contact.concerns.through.objects.bulk_create(
        Contact.concerns.through(contact=contact, codedvalue_id=f"concern:{code}")
        for contact, each in zip(contacts, told, strict=True)
        for code in each.concerns
    )
    return contacts


def protect(case: Case, *, protected: bool = True) -> None:
    """Give a case protected identity, or take it off."""
    Case.objects.filter(pk=case.pk).update(protected=protected)


def make_referral(
    case: Case, *, state: str, sent_at: datetime | None, moves: dict[str, datetime]
) -> Referral:
    """Make a referral begun now with these moves by kind; its rows only, no letter and no copy."""
    number = next(_numbers)
    point, _made = ContactPoint.objects.get_or_create(
        reference="P-STATS", defaults={"kind": "social_services", "function": "x", "address": "x@ale.example"}
    )
    referral = Referral.objects.create(
        reference=f"H-{number:06d}",
        receiver_reference=f"M-{number:06d}",
        case=case,
        counsellor=case.opened_by,
        contact_point=point,
        mode="they_contact",
        state=state,
        next_actor="receiver",
        due_on=NOW.date(),
        consent_function="x",
        consent_fields=[],
        consent_until=NOW.date(),
        created_at=sent_at or NOW,
        sent_at=sent_at,
        verified_at=moves.get("verify"),
    )
    for place, (kind, at) in enumerate(moves.items()):
        Move.objects.create(
            referral=referral,
            number=place,
            kind=kind,
            from_state="sent",
            to_state="sent",
            contact_point=point,
            party="receiver",
            actor_label="x",
            client_id=uuid.uuid4(),
            at=at,
        )
    return referral
