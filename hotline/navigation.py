"""The way through the rooms: each role sees only the doors it may open."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hotline.people.roles import Role, permissions_of, role_of


@dataclass(frozen=True)
class Door:
    """A page in the header: `key` follows g on the keyboard; one that is not opened daily may stand in the menu."""

    title: Promise | str
    view: str
    permission: str
    icon: str
    key: str
    is_daily: bool = True


@dataclass(frozen=True)
class Item:
    """A door as one person sees it on one page."""

    title: str
    url: str
    icon: str
    key: str
    is_current: bool
    is_daily: bool


ROOM_IN_THE_ROW = (
    6  # with more doors than this the header would wrap, and those not opened daily go into a menu
)
DOORS = (
    Door(_("Desk"), "desk:desk", "hotline.view_desk", "headphones", "d"),
    Door(_("The morning"), "supervision:morning", "hotline.supervise_line", "sunrise", "m"),
    Door(_("My day"), "cases:my-day", "hotline.take_calls", "calendar-check", "n"),
    Door(_("Cases"), "cases:list", "cases.work_cases", "folder-open", "a"),
    Door(_("Referrals"), "referrals:list", "referrals.compose", "send", "h"),
    Door(_("Guidance"), "guidance:guidance", "hotline.view_desk", "lightbulb", "v"),
    Door(_("Referrals to us"), "referrals:portal-inbox", "referrals.receive", "inbox", "i"),
    Door(
        _("Directory"), "referrals:directory", "referrals.verify_directory", "book-user", "k", is_daily=False
    ),
    Door(
        _("Figures"),
        "statistics:figures",
        "hotline.view_operational_figures",
        "chart-column",
        "s",
        is_daily=False,
    ),
    Door(_("Lines"), "lines:list", "hotline.manage_lines", "phone-incoming", "t"),
    Door(_("Answers"), "cases:values", "cases.manage_values", "list-checks", "v"),
    Door(_("People"), "people:list", "hotline.invite_people", "users", "p", is_daily=False),
    Door(_("Trail"), "audit:trail", "audit.read_trail", "footprints", "l"),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give every page its doors, the name and role of who is signed in, and whether this is the demo."""
    user = getattr(request, "user", None)
    context: dict[str, Any] = {
        "navigation": [],
        "menu": [],
        "demo": settings.HOTLINE_DEMO,
        "demo_roles": Role.choices if settings.HOTLINE_DEMO else [],
        "person_name": "",
        "person_role": "",
    }
    if user is None or not user.is_authenticated:
        return context
    role = role_of(user)
    items = list(_items(request, permissions_of(user)))
    wraps = len(items) > ROOM_IN_THE_ROW
    context["navigation"] = [item for item in items if item.is_daily or not wraps]
    context["menu"] = [item for item in items if wraps and not item.is_daily]
    context["person_name"] = user.get_full_name() or user.get_username()
    context["person_role"] = Role(role).label if role else ""
    return context


def _items(request: HttpRequest, permissions: frozenset[str]) -> Iterator[Item]:
    for door in DOORS:
        if door.permission not in permissions:
            continue
        url = reverse(door.view)
        is_current = request.path.startswith(url)
        yield Item(str(door.title), url, door.icon, door.key, is_current, door.is_daily)
