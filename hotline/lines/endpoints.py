"""The telephones counsellors are rung on: sealed in the vault, opened only to ring them."""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import replace

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.vault import services as vault
from cases.vault.envelope import Binding
from hotline.lines.models import Duty, DutyEndpoint
from hotline.telephony.answers import Leg
from hotline.telephony.events import Place
from hotline.telephony.numbers import e164

logger = logging.getLogger(__name__)


class NotANumber(Exception):
    """That is not a telephone number that can be rung."""


def set_endpoint(*, actor: Actor, user: User, phone: str) -> DutyEndpoint:
    """Seal the telephone on which a counsellor is rung; an earlier one is retired, and nobody can read it any more.

    Errors: NotANumber.
    """
    number = e164(phone)
    if not number:
        raise NotANumber
    made = uuid.uuid4()
    key = vault.create_key(owner=vault.Owner("endpoint", made))
    with transaction.atomic():
        _retire(actor, user)
        endpoint = DutyEndpoint.objects.create(
            id=made, user=user, key=key, phone_sealed=vault.seal(number, key=key, binding=_binding(made))
        )
        Duty.objects.filter(user=user, until=None).update(endpoint=endpoint)
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


def legs(duties: Sequence[Duty], place: Place) -> list[Leg]:
    """Say which telephones are rung, each for its own duty; one that cannot be opened is left out."""
    found = []
    for duty in duties:
        if duty.endpoint is None:
            continue
        try:
            found.append(Leg(phone=phone_of(duty.endpoint), place=replace(place, duty=duty.id)))
        except vault.Unreadable:
            logger.error("A duty telephone cannot be opened: %s", duty.endpoint_id)  # noqa: TRY400 - says no more
    return found


def _retire(actor: Actor, user: User) -> None:
    for earlier in DutyEndpoint.objects.select_for_update().filter(user=user, retired_at=None):
        DutyEndpoint.objects.filter(pk=earlier.pk).update(retired_at=timezone.now())
        subject = Subject("user", user.username)
        owner = vault.Owner("endpoint", earlier.id)
        vault.destroy_keys(actor=actor, owner=owner, reason="replaced", subject=subject)


def _binding(endpoint: uuid.UUID) -> Binding:
    return Binding(model="hotline.DutyEndpoint", field="phone", record=endpoint, version=1)
