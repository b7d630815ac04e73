"""Make what tests of the door need."""

from datetime import time
from uuid import UUID

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from audit.context import Actor
from audit.models import Entry
from hotline.calls.intake import ingest_event
from hotline.calls.models import Call
from hotline.lines import duty
from hotline.lines.duty import Claim
from hotline.lines.endpoints import set_endpoint
from hotline.lines.models import Duty, Line, OpeningHours
from hotline.people.roles import Role, set_role
from hotline.telephony.events import CallEvent, Kind

LINE_NUMBER = "+4620100200"
CALLER = "+46701740605"
COUNSELLORS_PHONE = "+46846500401"


def make_line(
    number: str = LINE_NUMBER, *, mode: str = "always", hours: list[tuple[int, str, str]] | None = None
) -> Line:
    """Make a line; hours are (weekday, opens, closes)."""
    line = Line.objects.create(number=number, name=f"Line {number[-3:]}", mode=mode)
    for weekday, opens, closes in hours or []:
        OpeningHours.objects.create(
            line=line, weekday=weekday, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes)
        )
    return line


def actor_for(user: User) -> Actor:
    """Attribute to this person."""
    return Actor(label=user.username, role="counsellor")


def make_counsellor(username: str = "alice", phone: str = COUNSELLORS_PHONE) -> User:
    """Make a counsellor who can be rung."""
    user = User.objects.create_user(username)
    set_endpoint(actor=actor_for(user), user=user, phone=phone)
    return user


def on_duty(user: User, line: Line, *languages: str) -> Duty:
    """Put a counsellor on duty."""
    return duty.go_on_duty(actor=actor_for(user), user=user, line=line, languages=languages)


def someone_is_talking(line: Line, *languages: str) -> Duty:
    """Put a counsellor on duty who is in another call."""
    other = Claim(call=b"another call".ljust(32), round=0)
    talking = on_duty(make_counsellor("busy", "+46846500499"), line, *languages)
    duty.claim_counsellors(line.id, other, language=talking.languages[0])
    duty.accept(other, talking.id)
    return talking


def event(
    kind: Kind,
    *,
    call_id: str = "CAfirst",
    caller: str = CALLER,
    line_number: str = LINE_NUMBER,
    mark: str = "",
    leg_id: str = "",
    duty_id: UUID | None = None,
    **facts: object,
) -> CallEvent:
    """Make an event as a provider's file would."""
    return CallEvent(
        provider="twilio",
        call_id=call_id,
        kind=kind,
        endpoint=kind.value,
        mark=mark,
        leg_id=leg_id,
        caller="" if leg_id else caller,
        line_number="" if leg_id else line_number,
        duty=duty_id,
        **facts,  # type: ignore[arg-type]
    )


def trail(reference: str) -> list[tuple[str, dict[str, object]]]:
    """List what the trail says about a reference, in order."""
    entries = Entry.objects.filter(subject_reference=reference).order_by("at")
    return list(entries.values_list("action", "facts"))


def enter(username: str, role: Role, phone: str = COUNSELLORS_PHONE) -> Client:
    """Make somebody of this role who can be rung, and give a browser in which they are signed in."""
    person, client = make_counsellor(username, phone), Client()
    set_role(person, role)
    client.force_login(person, backend="hotline.people.backend.RoleBackend")
    return client


def answered(call_id: str = "CAanswered", duty_of: Duty | None = None) -> Call:
    """Let a call come in, be answered and end."""
    now = timezone.now()
    for kind, facts in (
        (Kind.OFFERED, {}),
        (Kind.ACCEPTED, {"duty_id": duty_of.id if duty_of else None}),
        (Kind.ENDED, {"ended": True, "talk_s": 245}),
    ):
        ingest_event(event(kind, call_id=call_id, **facts), received_at=now)
    return Call.objects.order_by("-offered_at").first() or Call()
