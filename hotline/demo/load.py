"""Fill an empty demo: directory, lines, accounts, ninety earlier days; a second time it only staffs the line."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from audit.context import system_actor
from cases.vault.restores import reconcile
from hotline.calls.intake import ingest_event
from hotline.calls.models import Call
from hotline.demo import accounts, history, lines, referrals
from hotline.demo.history import actor_for
from hotline.demo.simulate import Lines
from hotline.demo.simulate import history as earlier_calls
from hotline.lines import duty
from hotline.lines.endpoints import endpoint_of, set_endpoint
from hotline.lines.models import Duty, Line
from hotline.people.roles import Role, role_of
from referrals.directory import synthetic
from referrals.directory.models import Recipient

SEED = 1
DAYS = 90
ON_DUTY = 2


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
    recipient = next(person for person in people if role_of(person) == Role.RECIPIENT)
    place = Recipient.objects.select_related("contact_point__municipality").get(user=recipient, until=None)
    referrals.refer(cases, recipient, place.contact_point, seed=SEED)
    return taken


def _staff(person: User, number: int, line: Line) -> Duty:
    """Give a counsellor a fictitious telephone and put them on duty, where that is not so already."""
    actor = actor_for(person)
    if endpoint_of(person) is None:
        set_endpoint(actor=actor, user=person, phone=f"08-465 004 {number + 1:02d}")
    current = Duty.objects.filter(user=person, until=None).first()
    return current or duty.go_on_duty(actor=actor, user=person, line=line)


def _take_in(days: int, duties: list[Duty]) -> int:
    taken = 0
    numbers = Lines(open=lines.ALWAYS_OPEN, closed=lines.ALWAYS_CLOSED)
    until = timezone.now() - timedelta(hours=1)
    rung = [each.id for each in duties]
    for call in earlier_calls(days=days, seed=SEED, until=until, lines=numbers, duties=rung):
        for event in call:
            ingest_event(event, received_at=event.at or until)
        taken += 1
    return taken
