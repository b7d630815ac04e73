"""Where the provider should send what happens on a line, where it does, and making it so."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from hotline.lines.models import Line
from hotline.telephony.api import Configuration, ProviderApi
from hotline.telephony.events import Place, Step
from hotline.telephony.links import Links

# Not part of what is signed: ask three times more where we fail or do not answer, each time for four seconds at most.
OVERRIDES = "#rc=3&rp=5xx,ct,rt&rt=4000"
FIELDS = ("voice_url", "status_callback", "fallback_url")


class NotEncrypted(Exception):
    """The provider would reach us unencrypted: PUBLIC_BASE_URL and LINE_FALLBACK_URL must begin with https://."""


class NumberUnknown(Exception):
    """The provider's account has no such number."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One address that is not what it should be."""

    field: str
    before: str
    after: str


def wanted() -> Configuration:
    """Give the addresses that every line of ours should lead to."""
    links = Links(settings.PUBLIC_BASE_URL)
    return Configuration(
        voice_url=links.url(Step.VOICE, Place()) + OVERRIDES,
        status_callback=links.url(Step.STATUS, Place()) + OVERRIDES,
        fallback_url=settings.LINE_FALLBACK_URL or links.url(Step.FALLBACK, Place()) + OVERRIDES,
    )


def differences(line: Line, *, api: ProviderApi) -> Sequence[Difference]:
    """List what the provider has otherwise.

    Errors: NumberUnknown, and those of the interface.
    """
    found, right = api.number_of(line.number), wanted()
    if found is None:
        raise NumberUnknown
    pairs = [(field, getattr(found, field), getattr(right, field)) for field in FIELDS]
    return [Difference(field, before, after) for field, before, after in pairs if before != after]


def configure(*, actor: Actor, line: Line, api: ProviderApi) -> Sequence[Difference]:
    """Lead the line to us and give what was otherwise before; where nothing was, nothing is done.

    Errors: NotEncrypted, NumberUnknown, and those of the interface.
    """
    right = wanted()
    if not settings.HOTLINE_DEMO and any(
        not getattr(right, field).startswith("https://") for field in FIELDS
    ):
        raise NotEncrypted
    changed = differences(line, api=api)
    if changed:
        api.configure_number(line.number, right)
        with transaction.atomic():
            fields = " ".join(each.field for each in changed)
            subject = Subject("line", line.number)
            record(actor=actor, action=Action.LINE_CONFIGURED, subject=subject, fields=fields)
    return changed
