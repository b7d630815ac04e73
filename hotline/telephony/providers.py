"""What every telephone provider's file offers, the door asks for and nothing else: read a delivery, write an answer.

Pure: bytes and what the transport says about them in, frozen dataclasses out. A provider is named in the setting
TELEPHONY_PROVIDERS by the dotted path of its class; `docs/telephony.md` shows a fourth one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from typing import Protocol

from hotline.telephony.answers import Answer
from hotline.telephony.events import Step, Turn
from hotline.telephony.links import Links

Secrets = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request as it reached us. `url` is rebuilt from our own public address, never from Host."""

    step: Step
    url: str = field(repr=False)
    query: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    source: str
    at: datetime
    in_path: str = field(default="", repr=False)

    @property
    def content_type(self) -> str:
        """Give the type of the body, without its parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Reply:
    """What the provider gets to read."""

    status: int = 204
    body: str = field(default="", repr=False)
    content_type: str = ""


class Provider(Protocol):
    """One telephone provider.

    `name` is its part of the address and of the call's key. `settings` names what it needs to know; the door gives
    exactly these as `secrets`. A body longer than `max_body` is never read. `secret_in_path` is for those who sign
    nothing: a part of the address that only they know.
    """

    name: str
    settings: tuple[str, ...]
    max_body: int
    secret_in_path: bool

    def is_configured(self, secrets: Secrets) -> bool:
        """Tell whether there is enough to recognise the provider by; where not, everything is refused."""

    def read(self, delivery: Delivery, secrets: Secrets) -> Turn:
        """Verify who sent this, then translate it.

        Errors: WebhookRefused, Malformed, UnknownKind.
        """

    def write(self, turn: Turn, answer: Answer, links: Links, secrets: Secrets) -> Reply:
        """Say in the provider's own words what happens next."""


@lru_cache(maxsize=4)
def load(paths: tuple[str, ...]) -> Mapping[str, Provider]:
    """Make the providers that these dotted paths name."""
    made = (_make(path) for path in paths)
    return {provider.name: provider for provider in made}


def _make(path: str) -> Provider:
    module, _dot, name = path.rpartition(".")
    provider: Provider = getattr(import_module(module), name)()
    return provider
