"""Calls and call-backs for the tests of the work lists."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User

from audit.context import system_actor
from hotline.calls import call_back_work, callbacks
from hotline.calls.intake import ingest_event
from hotline.calls.models import Call, CallBack, CallBackAttempt
from hotline.lines.hours import plan_of
from hotline.lines.models import Line
from hotline.telephony.events import Kind
from tests.hotline.factories import CALLER, actor_for, event, make_counsellor

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
SOON = NOON + timedelta(minutes=10)
ACTOR = system_actor("test")
OTHER_CALLER = "+46846500455"


def came_in(call_id: str, *, at: datetime = NOON, caller: str = CALLER, **facts: object) -> Call:
    """Let a call come in and be missed; with `accepted`, it is answered."""
    accepted = facts.pop("accepted", False)
    steps: list[tuple[Kind, dict[str, object]]] = [(Kind.OFFERED, facts)]
    if accepted:
        steps.append((Kind.ACCEPTED, {}))
    steps.append((Kind.ENDED, {"ended": True, "duration_s": 90}))
    for kind, more in steps:
        told = event(kind, call_id=call_id, caller=caller, withheld=not caller, **more)  # type: ignore[arg-type]
        ingested = ingest_event(told, received_at=at)
    return Call.objects.get(pk=ingested.call_id)


def asked_for(
    line: Line, *, call_id: str = "CAasked", number: str = CALLER, at: datetime = NOON, seen: bool = True
) -> CallBack:
    """Let a caller ask to be called back."""
    told = event(Kind.CALLBACK_REQUESTED, call_id=call_id, caller=number, line_number=line.number)
    ingested = ingest_event(told, received_at=at)
    ingest_event(event(Kind.ENDED, call_id=call_id, caller=number, ended=True), received_at=at)
    asking = callbacks.Asking(call_id=ingested.call_id, plan=plan_of(line), at=at)
    made = callbacks.request_call_back(actor=ACTOR, asking=asking, number=number)
    assert made is not None
    CallBack.objects.filter(pk=made.pk).update(line_number_may_show=seen)
    return CallBack.objects.get(pk=made.pk)


def claimed(call_back: CallBack, user: User, *, at: datetime = NOON + timedelta(minutes=5)) -> CallBack:
    """Let somebody take it on."""
    actor = actor_for(user)
    return call_back_work.claim_call_back(actor=actor, user=user, reference=call_back.reference, at=at)


def begun(line: Line) -> tuple[CallBack, CallBackAttempt, User]:
    """Let Alice begin to connect a call-back."""
    alice = make_counsellor("alice")
    call_back = claimed(asked_for(line), alice)
    attempt = call_back_work.connect_call_back(
        actor=actor_for(alice), user=alice, reference=call_back.reference, at=SOON
    )
    return call_back, attempt, alice
