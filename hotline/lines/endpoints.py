"""The telephones counsellors are rung on: sealed in the vault, opened only to ring them."""

import uuid

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.vault import services as vault
from cases.vault.envelope import Binding
from hotline.lines.models import DutyEndpoint
from hotline.telephony.numbers import e164


class NotANumber(Exception):
    """That is not a telephone number that can be rung."""


def set_endpoint(*, actor: Actor, user: User, phone: str) -> DutyEndpoint:
    """Seal the telephone on which a counsellor is rung; an earlier one is retired.

    Errors: NotANumber.
    """
    number = e164(phone)
    if not number:
        raise NotANumber
    made = uuid.uuid4()
    key = vault.create_key(owner=vault.Owner("endpoint", made))
    with transaction.atomic():
        DutyEndpoint.objects.filter(user=user, retired_at=None).update(retired_at=timezone.now())
        endpoint = DutyEndpoint.objects.create(
            id=made, user=user, key=key, phone_sealed=vault.seal(number, key=key, binding=_binding(made))
        )
        record(actor=actor, action=Action.ENDPOINT_SET, subject=Subject("user", user.username))
    return endpoint


def endpoint_of(user: User) -> DutyEndpoint | None:
    """Find the telephone a counsellor is rung on."""
    return DutyEndpoint.objects.filter(user=user, retired_at=None).first()


def phone_of(endpoint: DutyEndpoint) -> str:
    """Open the number, to ring it; it is shown to nobody.

    Errors: cases.vault Unreadable.
    """
    return vault.unseal(bytes(endpoint.phone_sealed), key=endpoint.key, binding=_binding(endpoint.id))


def _binding(endpoint: uuid.UUID) -> Binding:
    return Binding(model="hotline.DutyEndpoint", field="phone", record=endpoint, version=1)
