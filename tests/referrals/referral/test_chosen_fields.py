"""Exactly what was chosen leaves: each field alone, with every other one planted, on every page and in the copy."""

from typing import Any

import pytest
from django.urls import reverse

from cases.coded.models import CodedValue
from cases.record.services import add_note
from referrals.referral import services
from referrals.referral.fields import FIELDS, OF_CALLER
from referrals.referral.reasons import WithdrawReason
from referrals.referral.states import Mode
from tests.cases.factories import signed_in
from tests.referrals.factories import actor_for, make_case, make_point, make_recipient, make_user, propose

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

FACTS = {
    "caller_role": "grandparent",
    "age_band": "15_17",
    "gender": "woman",
    "risk_level": "elevated",
    "language": "so",
}
TYPED = {
    "message": "Planterat meddelande",
    "caller_name": "Planterat namn",
    "caller_phone": "070-174 06 42",
    "caller_times": "Planterade tider",
}


def planted() -> dict[str, str]:
    """Give every field's value as a reader would see it."""
    kinds = {name: FIELDS[name].kind for name in FACTS}
    wanted = [f"{kinds[name]}:{code}" for name, code in FACTS.items()]
    labels = {value.code: value.label for value in CodedValue.objects.filter(pk__in=wanted)}
    concern = CodedValue.objects.get(kind="concern", code="withdrawal").label
    return {name: labels[code] for name, code in FACTS.items()} | {"concerns": concern} | TYPED


def test_no_field_leaves_but_the_chosen_and_nothing_is_left_when_it_has_ended() -> None:
    """Four rounds choose by the bits of a field's place: of any two fields one leaves once without the other."""
    alice, point = make_user("alice", "counsellor"), make_point()
    rut = make_recipient("rut", point)
    case = make_case(alice, **FACTS, concerns=("withdrawal",), risk_reason="PLANTED reason")
    add_note(actor=actor_for(alice), user=alice, case=case, text="PLANTED note")
    client, values = signed_in(rut), planted()
    for bit in range(4):
        chosen = {name for place, name in enumerate(values) if place >> bit & 1}
        mode = Mode.THEY_CONTACT if chosen & OF_CALLER else Mode.CALLER_CONTACTS
        chosen |= {"caller_phone"} if mode is Mode.THEY_CONTACT else set()
        referral = propose(alice, case, point, mode=mode, fields=chosen - {"caller_phone"}, typed=TYPED)
        by_alice: dict[str, Any] = {"actor": actor_for(alice), "user": alice, "referral": referral}
        services.send_referral(**by_alice)
        address = [referral.receiver_reference]
        before = client.get(reverse("referrals:portal-referral", args=address)).content.decode()
        opened = client.post(reverse("referrals:portal-open", args=address), {"client_id": referral.pk})
        after = opened.content.decode()
        assert {each for each, value in values.items() if value in after} == chosen
        assert not [each for each, value in values.items() if value in before]
        assert not [
            text for text in ("PLANTED", case.reference, referral.reference, "alice") if text in after
        ]
    services.withdraw_referral(**by_alice, because=WithdrawReason.CALLER_WISH)
    assert client.get(reverse("referrals:portal-referral", args=address)).status_code == 404
    assert client.post(reverse("referrals:portal-open", args=address)).status_code == 404
    assert not [value for value in values.values() if value in client.get("/portal/").content.decode()]
