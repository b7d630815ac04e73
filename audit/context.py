"""Who acts and within which request, carried beside the work rather than through every signature."""

from contextvars import ContextVar
from dataclasses import dataclass

request_id: ContextVar[str] = ContextVar("request_id", default="")


@dataclass(frozen=True)
class Actor:
    """Who an entry is attributed to: a username, or `system:…`, `provider:…`, `anonymous`."""

    label: str
    role: str


ANONYMOUS = Actor(label="anonymous", role="")


def system_actor(name: str) -> Actor:
    """Attribute to a part of the system itself, such as `system:sequencer`."""
    return Actor(label=f"system:{name}", role="system")


def bind_request_id(value: str) -> None:
    """Name the request that everything recorded from here on belongs to."""
    request_id.set(value)


def current_request_id() -> str:
    """Say which request is being served; empty outside one."""
    return request_id.get()
