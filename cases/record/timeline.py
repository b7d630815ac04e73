"""The seams of a case page: every room adds what it knows and what can be done there; this room knows none of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from cases.record.merged import with_merged
from cases.record.models import Case


@dataclass(frozen=True)
class TimelineItem:
    """One thing that happened in a case: when, what, where to look; never content."""

    at: datetime
    kind: str
    title: str
    url: str
    reference: str


@dataclass(frozen=True)
class CaseAction:
    """Something another room lets this user begin from the case: a label, an icon, an address, a key."""

    label: str
    icon: str
    url: str
    shortcut: str


Teller = Callable[[Case, User], Iterable[TimelineItem]]
Offerer = Callable[[Case, User], Iterable[CaseAction]]


def collect(case: Case, user: User) -> list[TimelineItem]:
    """Ask every room named in `settings.CASE_TIMELINE`, of merged cases too, and give it all, newest first."""
    tellers: list[Teller] = [import_string(name) for name in settings.CASE_TIMELINE]
    items = [item for each in with_merged(case) for teller in tellers for item in teller(each, user)]
    return sorted(items, key=attrgetter("at"), reverse=True)


def offers(case: Case, user: User) -> list[CaseAction]:
    """Ask every room named in `settings.CASE_ACTIONS` what this user can begin from the case."""
    offerers: list[Offerer] = [import_string(name) for name in settings.CASE_ACTIONS]
    return [action for offerer in offerers for action in offerer(case, user)]


def name_of(user: User) -> str:
    """Say who somebody is."""
    return user.get_full_name() or user.get_username()


def for_case(case: Case, _user: User) -> Iterable[TimelineItem]:
    """Tell of a case's contacts and notes, and of its own turns and flags."""
    yield from _written(case)
    yield from _turns(case)
    yield from _flags(case)


def _written(case: Case) -> Iterable[TimelineItem]:
    yield TimelineItem(
        at=case.opened_at, kind="case", title=_("Case opened"), url="", reference=case.reference
    )
    for contact in case.contacts.select_related("kind"):
        url = reverse("cases:contact", args=[contact.reference])
        title = _("Contact: %(kind)s") % {"kind": contact.kind.label}
        yield TimelineItem(
            at=contact.begun_at, kind="contact", title=title, url=url, reference=contact.reference
        )
    for note in case.notes.select_related("author"):
        title = _("Note by %(author)s") % {"author": name_of(note.author)}
        url = f"{reverse('cases:detail', args=[case.reference])}#{note.reference}"
        yield TimelineItem(at=note.added_at, kind="note", title=title, url=url, reference=note.reference)


def _turns(case: Case) -> Iterable[TimelineItem]:
    for turn in case.life.select_related("by"):
        title = _("%(turn)s by %(who)s") % {"turn": turn.get_kind_display(), "who": name_of(turn.by)}
        url = f"{reverse('cases:detail', args=[case.reference])}#life" if turn.reason else ""
        yield TimelineItem(at=turn.at, kind="turn", title=title, url=url, reference=case.reference)


def _flags(case: Case) -> Iterable[TimelineItem]:
    for flag in case.flags.select_related("set_by", "lifted_by"):
        words = {"flag": flag.get_kind_display(), "who": name_of(flag.set_by), "day": date_format(flag.until)}
        title = _("Flag until %(day)s by %(who)s: %(flag)s") % words
        yield TimelineItem(at=flag.set_at, kind="flag", title=title, url="", reference=case.reference)
        if flag.lifted_at and flag.lifted_by:
            title = _("Flag taken off by %(who)s: %(flag)s") % {**words, "who": name_of(flag.lifted_by)}
            yield TimelineItem(at=flag.lifted_at, kind="flag", title=title, url="", reference=case.reference)
