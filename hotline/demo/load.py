"""Fill an empty demo: directory, lines, accounts, ninety earlier days; a second time it only staffs the line."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from audit.context import system_actor
from cases.coded.models import Municipality
from cases.vault.restores import reconcile
from hotline.calls.intake import ingest_event
from hotline.calls.models import Call
from hotline.demo import accounts, fake_calls_records, history, lines, loose_ends, referrals, week
from hotline.demo.fake_calls_payloads import CallRecord
from hotline.demo.history import actor_for
from hotline.demo.simulate import Lines
from hotline.demo.simulate import history as earlier_calls
from hotline.lines import duty
from hotline.lines.endpoints import endpoint_of, set_endpoint
from hotline.lines.models import Duty, Line
from hotline.people.roles import Role, role_of
from hotline.telephony.events import CallEvent
from referrals.directory import synthetic
from referrals.directory.models import Recipient

SEED = 1
DAYS = 90
ON_DUTY = 2
VISITED = ("0180", "1480")


def load(*, days: int = DAYS) -> int:
    """Load what is missing; give the number of earlier calls that were taken in."""
    reconcile(actor=system_actor("demo"))
    synthetic.load(seed=SEED)
    line = lines.make_lines()
    people = accounts.create_accounts()
    counsellors = [person for person in people if role_of(person) == Role.COUNSELLOR]
    duties = [_staff(person, number, line) for number, person in enumerate(counsellors[:ON_DUTY])]
    if Call.objects.exists():
        return 0
    taken = _take_in(days, duties)
    cases = history.log_history(counsellors, seed=SEED)
    supervisor = next(person for person in people if role_of(person) == Role.SUPERVISOR)
    history.sign_off_missed(supervisor)
    recipient = next(person for person in people if role_of(person) == Role.RECIPIENT)
    place = Recipient.objects.select_related("contact_point__municipality").get(user=recipient, until=None)
    referrals.refer(cases, recipient, place.contact_point, seed=SEED)
    loose_ends.leave(cases, counsellors, supervisor)
    _fill_the_week(counsellors, supervisor, always=line, near=place.contact_point.municipality)
    return taken


def _fill_the_week(
    counsellors: list[User], supervisor: User, *, always: Line, near: Municipality | None
) -> None:
    office = Line.objects.get(number=lines.OFFICE_HOURS)
    week.plan_week(counsellors, supervisor, always=always, office=office)
    week.tell_news(supervisor)
    largest = Municipality.objects.filter(pk__in=VISITED)
    week.go_out(supervisor, [*([near] if near else []), *largest])


def _staff(person: User, number: int, line: Line) -> Duty:
    """Give a counsellor a fictitious telephone and put them on duty, where that is not so already."""
    actor = actor_for(person)
    if endpoint_of(person) is None:
        set_endpoint(actor=actor, user=person, phone=f"08-465 004 {number + 1:02d}")
    current = Duty.objects.filter(user=person, until=None).first()
    languages = [line.language, *line.other_languages]
    return current or duty.go_on_duty(actor=actor, user=person, line=line, languages=languages)


def _take_in(days: int, duties: list[Duty]) -> int:
    records: list[CallRecord] = []
    numbers = Lines(open=lines.ALWAYS_OPEN, closed=lines.ALWAYS_CLOSED)
    until = timezone.now() - timedelta(hours=1)
    rung = [each.id for each in duties]
    for call in earlier_calls(days=days, seed=SEED, until=until, lines=numbers, duties=rung):
        for event in call:
            ingest_event(event, received_at=event.at or until)
        records.append(_record(call))
    fake_calls_records.add(Path(settings.VAR_DIR) / "run", records, {})
    return len(records)


def _record(call: list[CallEvent]) -> CallRecord:
    """Give what the provider would have on record of an earlier call; every moment of one is told."""
    first, last = call[0], call[-1]
    began, ended = first.at or timezone.now(), last.at or timezone.now()
    return CallRecord(
        sid=first.call_id,
        line=first.line_number,
        caller=first.caller or "anonymous",
        started_at=began,
        ended_at=ended,
        duration_s=last.duration_s or 0,
    )
