"""Tags that every template may use: icons, and small questions about a bound field."""

import re
from collections.abc import Sized
from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.contrib.auth.models import User
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from hotline.people.roles import Role, role_of

register = template.Library()

_SVG = re.compile(r"<svg[^>]*>(?P<drawing>.*)</svg>", re.DOTALL)
_NAME = re.compile(r"^[a-z0-9-]+$")


class IconMissing(LookupError):
    """There is no icon of this name in the icon package."""


@cache
def _drawing(name: str) -> SafeString:
    path = Path(settings.NODE_MODULES) / "lucide-static" / "icons" / f"{name}.svg"
    found = _SVG.search(path.read_text(encoding="utf-8")) if _NAME.match(name) and path.is_file() else None
    if found is None:
        raise IconMissing(name)
    return mark_safe(found["drawing"].strip())  # noqa: S308 - a drawing from the pinned icon package


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon in the text's colour; without a label it is decoration and silent to screen readers."""
    meaning = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="ds-icon" {} focusable="false" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{}</svg>',
        meaning,
        _drawing(name),
    )


@register.filter
def is_tickbox(field: BoundField) -> bool:
    """Tell whether the label stands after a single box rather than above a field."""
    return getattr(field.field.widget, "input_type", "") == "checkbox"


@register.filter
def percent(share: float | None) -> str:
    """Write a share between 0 and 1 as whole per cent, and nothing known as a dash."""
    return "–" if share is None else f"{share * 100:.0f} %"


@register.filter
def at_least(rows: Sized, most: int) -> str:
    """Say how many rows there are, with a plus where the list was cut at `most`."""
    return f"{len(rows)}+" if len(rows) >= most else str(len(rows))


@register.filter
def minutes(seconds: int | None) -> str:
    """Write seconds as minutes and seconds, 4:05, and nothing known as a dash."""
    return "–" if seconds is None else f"{seconds // 60}:{seconds % 60:02d}"


@register.filter
def role_label(person: User) -> str:
    """Name somebody's role in the reader's language."""
    role = role_of(person)
    return str(Role(role).label) if role else "–"
