"""Keeping the desk's own routing rules: added at the end, raised by one place, retired; never changed in silence."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.coded.models import County, Municipality
from referrals.directory.models import ContactPoint
from referrals.routing.models import RoutingRule


class RulesMoved(RuntimeError):
    """The rules have been put in another order since this page was opened; look again."""


@dataclass(frozen=True)
class Conditions:
    """What must hold, and where it then leads: to a kind of function or to one contact point."""

    municipality: Municipality | None = None
    county: County | None = None
    need: str = ""
    age_bands: tuple[str, ...] = ()
    acute: bool | None = None
    language: str = ""
    hours: str = ""
    kind: str = ""
    contact_point: ContactPoint | None = None


@transaction.atomic
def add_rule(*, actor: Actor, conditions: Conditions, client_id: uuid.UUID | None = None) -> RoutingRule:
    """Put a rule at the end of the desk's own; a second press of the same button adds nothing."""
    live = _locked()
    if client_id and (made := RoutingRule.objects.filter(pk=client_id).first()):
        return made
    rule = RoutingRule.objects.create(
        id=client_id or uuid.uuid4(),
        number=(max((each.number for each in live), default=0)) + 1,
        municipality=conditions.municipality,
        county=conditions.county,
        need=conditions.need,
        age_bands=list(conditions.age_bands),
        acute=conditions.acute,
        language=conditions.language,
        hours=conditions.hours,
        kind=conditions.kind,
        contact_point=conditions.contact_point,
    )
    record(actor=actor, action=Action.ROUTING_RULE_ADDED, subject=_subject(rule), number=rule.number)
    return rule


@transaction.atomic
def raise_rule(*, actor: Actor, rule: RoutingRule, number: int) -> RoutingRule:
    """Let a rule, which the page showed at `number`, be asked one place earlier. Errors: RulesMoved."""
    live = _locked()
    place = next((index for index, each in enumerate(live) if each.pk == rule.pk), None)
    if place is None or live[place].number != number:
        raise RulesMoved
    if place == 0:
        return live[place]
    above, raised = live[place - 1], live[place]
    above.number, raised.number = raised.number, above.number
    beyond = RoutingRule.objects.aggregate(most=Max("number"))["most"] + 1
    RoutingRule.objects.filter(pk=above.pk).update(number=beyond)
    raised.save(update_fields=["number"])
    above.save(update_fields=["number"])
    record(actor=actor, action=Action.ROUTING_RULE_RAISED, subject=_subject(raised), number=raised.number)
    return raised


@transaction.atomic
def retire_rule(*, actor: Actor, rule: RoutingRule) -> RoutingRule:
    """Ask a rule no longer; it stays on record."""
    locked = RoutingRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    if locked.retired_at is None:
        locked.retired_at = timezone.now()
        locked.save(update_fields=["retired_at"])
        record(
            actor=actor, action=Action.ROUTING_RULE_RETIRED, subject=_subject(locked), number=locked.number
        )
    return locked


def _locked() -> list[RoutingRule]:
    """Take every live rule, in order: two who reorder at once wait for each other."""
    return list(RoutingRule.objects.select_for_update(of=("self",)).filter(retired_at=None))


def _subject(rule: RoutingRule) -> Subject:
    return Subject(kind="routing_rule", reference=str(rule.pk))
