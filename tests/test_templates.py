"""Every template keeps the content security policy, is used, and points to its own room or a lower one."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Engine
from django.template.loader import get_template
from django.urls import URLPattern, URLResolver, get_resolver

from tests.templates import UndefinedVariable

BASE = Path(settings.BASE_DIR)
FOLDER = BASE / "templates"
ROOMS = ("audit", "cases", "referrals", "hotline")
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())
PAGES = [name for name in TEMPLATES if name.endswith(".html")]

INLINE = {
    "an inline script": re.compile(
        r"<script(?![^>]*\b(?:src=|type=\"application/json\"))[^>]*>", re.IGNORECASE
    ),
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>]*\s(?:on[a-z]+|hx-on[:\-\w]*)\s*=", re.IGNORECASE),
    "a script address": re.compile(r"javascript:|[\"']js:", re.IGNORECASE),
    "an address elsewhere": re.compile(r"(?:src|href|action)=\"(?:https?:)?//", re.IGNORECASE),
}
REFERENCE = re.compile(r"{%\s*(?:include|extends)\s+[\"']([^\"']+)[\"']")
QUOTED = re.compile(r"[\"']([\w/.\-]+\.(?:html|txt))[\"']")
URL = re.compile(r"{%\s*url\s+[\"']([^\"']+)[\"']")
FOUND_BY_DJANGO = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}


def test_no_template_has_anything_inline_or_fetches_anything_from_elsewhere() -> None:
    assert [f"{name}: {fault}" for name in PAGES for fault in faults(text_of(name))] == []


@pytest.mark.parametrize(
    "bad",
    [
        "<script>go()</script>",
        '<p style="color: red">',
        "<style>p {}</style>",
        '<button type="button" onclick="go()">',
        '<div hx-on:click="go()">',
        '<a href="javascript:go()">',
        '<script src="//cdn.example/x.js">',
    ],
)
def test_the_scan_bites(bad: str) -> None:
    assert faults(bad)


def test_every_template_is_used() -> None:
    assert sorted(set(TEMPLATES) - used() - FOUND_BY_DJANGO - overriding()) == []


def test_every_template_leads_to_its_own_room_or_a_lower_one() -> None:
    views = views_by_name()
    assert [fault for name in TEMPLATES for fault in wrong_ways(name, views)] == []


def test_a_variable_nobody_gives_fails_the_test_that_renders_it() -> None:
    engine = Engine(string_if_invalid=Engine.get_default().string_if_invalid)

    with pytest.raises(UndefinedVariable, match="nobody"):
        engine.from_string("{{ nobody }}").render(Context())


def test_the_page_for_our_own_faults_needs_nothing_from_anybody() -> None:
    text = get_template("500.html").render()

    assert "Något gick fel" in text
    assert "{%" not in text_of("500.html")


def test_nothing_committed_of_the_front_end_names_a_registry() -> None:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        assert "://" not in (BASE / name).read_text(encoding="utf-8").replace(
            "https://github.com/sponsors/ayuhito", ""
        )


def text_of(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def wrong_ways(name: str, views: dict[str, str]) -> Iterator[str]:
    """Say where a template leads that is nowhere, or in a room above its own."""
    room = name.split("/", maxsplit=1)[0]
    allowed = ROOMS[: ROOMS.index(room) + 1] if room in ROOMS else ROOMS
    for target in URL.findall(text_of(name)):
        home = views.get(target, "nowhere").split(".")[0]
        if home == "nowhere" or (home in ROOMS and home not in allowed):
            yield f"{name} leads to {target}, in {home}"


def faults(text: str) -> list[str]:
    """Say what a template does that the policy forbids."""
    return [
        f"{what}: {found.group(0)[:60]}"
        for what, pattern in INLINE.items()
        for found in pattern.finditer(text)
    ]


def used() -> set[str]:
    """Gather every template that code or another template names."""
    names = {
        name
        for room in ROOMS
        for path in (BASE / room).rglob("*.py")
        for name in QUOTED.findall(path.read_text())
    }
    for template in TEMPLATES:
        names |= set(REFERENCE.findall(text_of(template)))
    return names


def overriding() -> set[str]:
    """Gather the templates that stand in for a library's own."""
    import allauth  # noqa: PLC0415 - only its folder is of interest
    import django.forms  # noqa: PLC0415 - the same

    libraries = [Path(module.__file__ or "").parent / "templates" for module in (allauth, django.forms)]
    return {name for name in TEMPLATES if any((folder / name).exists() for folder in libraries)}


def views_by_name() -> dict[str, str]:
    """Give the module of the view behind each address's name."""
    return dict(_views(get_resolver().url_patterns, ""))


def _views(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _views(pattern.url_patterns, inner)
        elif pattern.name:
            yield space + pattern.name, getattr(pattern.callback, "__module__", "")
