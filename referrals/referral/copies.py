"""The sealed copy: made once from the chosen fields, opened only after the look is in the trail."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass

from django.utils.functional import Promise

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record, record_durably
from cases.coded.models import CodedValue
from cases.vault import services as vault
from cases.vault.envelope import Binding
from referrals.clock.moment import now
from referrals.referral.fields import FIELDS, Content
from referrals.referral.models import Referral, SealedCopy


@dataclass(frozen=True)
class Line:
    """One field as a reader sees it."""

    label: str | Promise
    values: list[str]
    name: str = ""


def seal_copy(*, actor: Actor, referral: Referral, content: Content) -> SealedCopy:
    """Encrypt what leaves under the referral's own key, as the next version of its copy."""
    latest = referral.copies.last()
    owner = vault.Owner("referral", referral.pk)
    key = latest.key if latest else vault.create_key(owner=owner, purpose="referrals")
    copy = SealedCopy(
        id=uuid.uuid4(),
        referral=referral,
        version=latest.version + 1 if latest else 1,
        key=key,
        created_at=now(),
    )
    text = json.dumps(content, ensure_ascii=False)
    copy.sealed = vault.seal(text, key=key, binding=_binding(copy))
    copy.save(force_insert=True)
    fields = ",".join(content)
    record(actor=actor, action=Action.REFERRAL_COPY_SEALED, subject=_subject(referral), fields=fields)
    return copy


def read_copy(*, actor: Actor, referral: Referral) -> list[Line]:
    """Record the look beyond any rollback, then open the newest copy; call outside a transaction."""
    copy = referral.copies.latest("version")
    record_durably(
        actor=actor, action=Action.REFERRAL_COPY_READ, subject=_subject(referral), version=copy.version
    )
    text = vault.unseal(bytes(copy.sealed), key=copy.key, binding=_binding(copy))
    return lines_of(json.loads(text))


def lines_of(content: Content) -> list[Line]:
    """Give the fields in words, in the reader's language; one query."""
    wanted = [
        f"{field.kind}:{code}"
        for name, codes in content.items()
        if (field := FIELDS[name]).kind
        for code in codes
    ]
    labels = {value.pk: value.label for value in CodedValue.objects.filter(pk__in=wanted)}
    return [
        Line(
            FIELDS[name].label, [labels.get(f"{FIELDS[name].kind}:{value}", value) for value in values], name
        )
        for name, values in content.items()
    ]


def _binding(copy: SealedCopy) -> Binding:
    return Binding(model="referrals.SealedCopy", field="sealed", record=copy.pk, version=copy.version)


def _subject(referral: Referral) -> Subject:
    return Subject(kind="referral", reference=referral.reference)
