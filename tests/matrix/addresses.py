"""Every address of the house as the resolver knows it: its name, its parts that vary, and what its view asks for."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

VARYING = re.compile(r"<(?:(\w+):)?(\w+)>")
UNKNOWN = {
    "str": "X-222222",
    "slug": "nowhere",
    "int": "999999",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "path": "nowhere",
}
"""For each converter, something that does not exist."""


@dataclass(frozen=True)
class Address:
    """One address; a place is its route up to a part that varies, without converters."""

    name: str
    route: str
    view: Callable[..., Any]

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Give the place of every part that varies, in order."""
        return tuple(
            VARYING.sub(r"<\2>", self.route[: found.end()]) for found in VARYING.finditer(self.route)
        )

    @cached_property
    def permission(self) -> str:
        """Give the permission the gate asks for; nothing where there is no gate."""
        return str(getattr(self.view, "required_permission", ""))

    @cached_property
    def sufficient(self) -> frozenset[str]:
        """Give the permissions of which any one opens it."""
        return frozenset(getattr(self.view, "sufficient_permissions", ()))

    @cached_property
    def methods(self) -> frozenset[str]:
        """Give which of GET and POST the view takes, as its decorators say; both where none says."""
        view: Any = self.view
        if hasattr(view, "cls"):  # for programs
            return frozenset(name for name in ("GET", "POST") if hasattr(view.cls, name.lower()))
        while view is not None:
            told = inspect.getclosurevars(view).nonlocals if inspect.isfunction(view) else {}
            if "request_method_list" in told:
                return frozenset(told["request_method_list"]) & {"GET", "POST"}
            view = getattr(view, "__wrapped__", None)
        return frozenset({"GET", "POST"})

    def path(self, things: Mapping[str, str]) -> str:
        """Fill in the things by place; where one is missing, something that does not exist."""
        left = iter(self.places)

        def fill(found: re.Match[str]) -> str:
            return things.get(next(left)) or UNKNOWN[found[1] or "str"]

        return "/" + VARYING.sub(fill, self.route)


def addresses() -> list[Address]:
    """Give every address there is."""
    return list(_below(get_resolver()))


def _below(resolver: URLResolver, before: str = "", space: str = "") -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _below(pattern, route, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            yield Address(f"{space}{pattern.name}", route, pattern.callback)
