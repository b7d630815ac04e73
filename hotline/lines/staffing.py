"""Who could answer each line right now; supervisors are told where nobody could, before callers find out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.notices.models import Notice, NoticeKind
from cases.notices.services import notify
from hotline.lines.hours import LinePlan, is_open, plans
from hotline.lines.models import Duty, Line
from hotline.people.roles import Role

SOON = timedelta(minutes=15)
TOLD_AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class LineState:
    """A line with what a caller would meet there, now and in a quarter of an hour."""

    line: Line
    plan: LinePlan
    is_open: bool
    opens_soon: bool
    on_duty: Sequence[Duty]

    @property
    def ready(self) -> list[Duty]:
        """List who is on duty and not on a break."""
        return [duty for duty in self.on_duty if duty.state != Duty.State.PAUSED]

    @property
    def is_unstaffed(self) -> bool:
        """Tell whether callers would be let in and nobody could be rung."""
        return self.is_open and not self.ready

    @property
    def opens_unstaffed(self) -> bool:
        """Tell whether the line is about to open with nobody to be rung."""
        return self.opens_soon and not self.ready

    @property
    def language_choices(self) -> list[tuple[str, str]]:
        """List the languages in which someone may answer this line: one of them each, or all."""
        names = dict(Line.Language.choices)
        each = [(language, str(names[language])) for language in self.plan.languages]
        together = (" ".join(self.plan.languages), get_text_list([name for _code, name in each], _("and")))
        return [together, *each] if len(each) > 1 else each

    @property
    def unspoken(self) -> list[str]:
        """List the languages the line offers and nobody who is ready speaks."""
        spoken = {language for duty in self.ready for language in duty.languages}
        names = dict(Line.Language.choices)
        return [str(names[each]) for each in self.plan.languages if each not in spoken]


def line_states(at: datetime) -> list[LineState]:
    """Read the state of every line, in a number of queries that does not grow."""
    on_duty = Duty.objects.filter(until=None).select_related("user").order_by("since")
    known = {plan.id: plan for plan in plans()}
    lines = Line.objects.filter(pk__in=known).prefetch_related(Prefetch("duties", on_duty, to_attr="on_duty"))
    return [
        LineState(
            line=line,
            plan=known[line.pk],
            is_open=is_open(known[line.pk], at),
            opens_soon=not is_open(known[line.pk], at) and is_open(known[line.pk], at + SOON),
            on_duty=line.on_duty,
        )
        for line in lines
    ]


def ready_on(line: UUID, language: str) -> int:
    """Count who is on duty on a line, speaks a language and is not on a break; some may be in a call."""
    on_duty = Duty.objects.filter(line=line, until=None, endpoint__isnull=False)
    return on_duty.filter(languages__contains=[language]).exclude(state=Duty.State.PAUSED).count()


@transaction.atomic
def tell_of_unstaffed_lines(*, actor: Actor, at: datetime) -> list[Line]:
    """Tell every supervisor of each line that is open, or about to be, without anybody to be rung; once an hour."""
    missing = [state.line for state in line_states(at) if state.is_unstaffed or state.opens_unstaffed]
    told = [line for line in missing if not _was_told(line)]
    for line in told:
        notify(users=_supervisors(), kind=NoticeKind.LINE_UNSTAFFED, reference=line.number)
        record(actor=actor, action=Action.LINE_UNSTAFFED, subject=Subject("line", line.number))
    return told


def _was_told(line: Line) -> bool:
    since = timezone.now() - TOLD_AGAIN_AFTER
    earlier = Notice.objects.filter(kind=NoticeKind.LINE_UNSTAFFED, reference=line.number)
    return earlier.filter(at__gt=since).exists()


def _supervisors() -> QuerySet[User]:
    return User.objects.filter(groups__name=Role.SUPERVISOR.value, is_active=True)
