"""The caller's way over the webhooks: language, who calls, the queue, several telephones, diversions, reasons."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from audit.models import Entry
from hotline.calls.intake import ingest_event
from hotline.calls.models import Call, CallBack, CallEvent
from hotline.calls.queueing import expected
from hotline.calls.reasons import reason_of
from hotline.lines import diversions, duty
from hotline.lines.hours import plan_of
from hotline.lines.models import Diversion, Duty, Line
from hotline.lines.waiting import Expected
from hotline.telephony.events import Kind
from tests.hotline.calls.provider import Caller, found, said
from tests.hotline.factories import (
    LINE_NUMBER,
    actor_for,
    event,
    make_counsellor,
    make_line,
    on_duty,
    someone_is_talking,
)

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"]),
    pytest.mark.urls("hotline.webhook_urls"),
]


@pytest.fixture(autouse=True)
def _as_the_webhook_application_serves_them(settings: Settings) -> None:
    settings.MIDDLEWARE = settings.WEBHOOK_MIDDLEWARE


@pytest.fixture
def line() -> Line:
    return make_line()


@pytest.fixture
def caller(client: Client, line: Line) -> Caller:
    return Caller(client)


def another(client: Client, letter: str) -> Caller:
    return Caller(client, sid="CA" + 32 * letter, number="+46701740606")


def change(line: Line, **settings: object) -> None:
    Line.objects.filter(pk=line.pk).update(**settings)


def staff(line: Line, *names: str) -> list[Duty]:
    return [on_duty(make_counsellor(name, f"+468465004{n:02d}"), line) for n, name in enumerate(names)]


def test_english_chosen_once_is_spoken_to_the_end_and_noted(caller: Caller, line: Line) -> None:
    change(line, other_languages=["en"], asks_who_calls=True)
    on_duty(make_counsellor(), line, "en", "sv")
    choice = found(caller.send("voice/"), "Gather")
    assert [each.get("language") for each in choice] == ["sv-SE"] * 3 + ["en-GB"] * 3
    offer = found(caller.send(choice.attrib["action"], Digits="2"), "Gather")
    assert offer.attrib["action"].endswith("/menu/?l=en")
    who = found(caller.send(caller.last.findtext("Redirect") or ""), "Gather")
    assert "private person" in said(who)
    enqueue = found(caller.send(who.attrib["action"], Digits="2"), "Enqueue")
    number = found(caller.rung(enqueue), "Number")
    assert "l=en" in number.attrib["url"]
    assert "på engelska" in said(caller.leg(number.attrib["url"]))
    call = Call.objects.get()
    assert (call.language, call.caller_kind) == ("en", "professional")


def test_without_any_key_the_line_speaks_its_own_language_and_nothing_is_noted(
    caller: Caller, line: Line
) -> None:
    change(line, other_languages=["en"], asks_who_calls=True)
    on_duty(make_counsellor(), line)
    caller.send("voice/")
    while (redirect := caller.last.findtext("Redirect")) is not None:
        caller.send(redirect)
    assert found(caller.last, "Enqueue").attrib["action"].endswith("/queue/")
    call = Call.objects.get()
    assert (call.language, call.caller_kind) == (None, None)


def test_outside_hours_the_call_back_is_asked_for_in_the_language_chosen(caller: Caller, line: Line) -> None:
    change(line, other_languages=["en"], mode="closed")
    choice = found(caller.send("voice/"), "Gather")
    offer = found(caller.send(choice.attrib["action"], Digits="2"), "Gather")
    assert "called back" in said(offer)
    assert "We will call you back" in said(caller.send(offer.attrib["action"], Digits="1"))
    assert CallBack.objects.get().language == "en"


def test_nobody_who_speaks_the_language_means_a_call_back_at_once(caller: Caller, line: Line) -> None:
    change(line, other_languages=["en"])
    staff(line, "alice")
    caller.send("voice/")
    assert found(caller.send("menu/?l=en"), "Gather").attrib["action"].endswith("/callback/?part=choice&l=en")
    caller.send("status/", 204, CallStatus="completed")
    call = Call.objects.get()
    assert (call.outcome, call.last_step) == ("no_answer", "in_menu")
    assert str(reason_of(call).gave_up_because) == "Ingen hade jour."


def test_a_break_is_not_duty_and_its_end_is(caller: Caller, line: Line) -> None:
    (alice,) = staff(line, "alice")
    duty.pause(actor=actor_for(alice.user), user=alice.user)
    caller.send("voice/")
    assert caller.send("menu/").find("Enqueue") is None
    duty.resume(actor=actor_for(alice.user), user=alice.user)
    assert another(caller.client, "c").into_the_queue() is not None


def test_a_full_queue_offers_the_call_back_at_once(caller: Caller, line: Line) -> None:
    change(line, queue_at_most=1)
    someone_is_talking(line)
    first = caller.into_the_queue()
    caller.send(first.attrib["waitUrl"], QueueTime="0")
    second = another(caller.client, "c")
    second.send("voice/")
    assert second.send("menu/").find("Enqueue") is None
    caller.send(first.attrib["action"], CallStatus="completed", QueueResult="hangup", QueueTime="9")
    assert another(caller.client, "d").into_the_queue() is not None
    refused = Call.objects.get(gave_up_at__isnull=False)
    assert str(reason_of(refused).gave_up_because) == "Kön var full."
    left = Call.objects.get(ended_at__isnull=False)
    assert (str(reason_of(left).left_at), str(reason_of(left).end_cause)) == ("i kön", "lade på i kön")


def test_who_waits_learns_how_long_it_took_the_others_and_only_if_that_is_known(
    caller: Caller, line: Line
) -> None:
    someone_is_talking(line)
    enqueue = caller.into_the_queue()
    document = caller.send(enqueue.attrib["waitUrl"], QueuePosition="1", QueueTime="0")
    assert "ungefär" not in said(document)
    now = timezone.now() - timedelta(days=1)
    for number in range(5):
        ingest_event(event(Kind.ACCEPTED, call_id=f"CA{number}"), received_at=now)
        over = event(Kind.LEFT_QUEUE, call_id=f"CA{number}", wait_s=100, ended=True)
        ingest_event(over, received_at=now)
    document = caller.send(enqueue.attrib["waitUrl"], QueuePosition="1", QueueTime="0")
    assert "inom ungefär 2 minuter" in said(document)
    assert expected(plan_of(line), "sv", position=1, waited_s=0, at=timezone.now()) == Expected(2)
    assert expected(plan_of(line), "en", position=1, waited_s=0, at=timezone.now()) is None


def test_all_at_once_the_first_to_press_one_has_the_call(caller: Caller, line: Line) -> None:
    change(line, ringing="all")
    duties = staff(line, "alice", "bob", "carol")
    dial = caller.rung(caller.into_the_queue())
    numbers = dial.findall("Number")
    assert {number.text for number in numbers} == {f"+468465004{n:02d}" for n in range(3)}
    for n, number in enumerate(numbers):
        leg = "CA" + 31 * "b" + str(n)
        caller.leg(
            number.attrib["statusCallback"], 204, CallSid=leg, CallStatus="ringing", SequenceNumber="1"
        )
    assert len(caller.leg(numbers[1].attrib["url"], Digits="1")) == 0
    late = caller.leg(numbers[0].attrib["url"], Digits="1", CallSid="CA" + 32 * "e")
    assert [verb.tag for verb in late] == ["Say", "Hangup"]
    call = Call.objects.get()
    assert call.accepted_by is not None
    winner = Duty.objects.get(state="busy")
    assert (winner.user, numbers[1].attrib["url"].endswith(str(winner.id))) == (call.accepted_by, True)
    assert Duty.objects.filter(state="free", unanswered=0).count() == 2
    others = {each.user.username for each in duties} - {call.accepted_by.username}
    assert set(reason_of(call).rung_without_accepting) == others
    assert CallEvent.objects.filter(cause="too_late").count() == 1


def test_all_at_once_and_nobody_takes_it_counts_for_everybody(caller: Caller, line: Line) -> None:
    change(line, ringing="all")
    staff(line, "alice", "bob")
    dial = caller.rung(caller.into_the_queue())
    again = caller.send(dial.attrib["action"], DialCallStatus="no-answer", DialBridged="false")
    assert again.find("Enqueue") is not None
    assert list(Duty.objects.values_list("unanswered", "state")) == [(1, "free")] * 2


def test_a_wait_delivered_twice_claims_once(caller: Caller, line: Line) -> None:
    change(line, ringing="all")
    staff(line, "alice")
    enqueue = caller.into_the_queue()
    caller.send(enqueue.attrib["waitUrl"])
    bob = on_duty(make_counsellor("bob", "+46846500477"), line)
    caller.send(enqueue.attrib["waitUrl"])
    bob.refresh_from_db()
    assert bob.state == "free"


def test_a_diverted_caller_hears_the_message_and_112_and_is_accounted_for(caller: Caller, line: Line) -> None:
    staff(line, "alice")
    caller.send("voice/")
    prank, supervisor = Call.objects.get(), make_counsellor("sam", "+46846500478")
    actor = actor_for(supervisor)
    made = diversions.divert(actor=actor, user=supervisor, call=prank, hours=2)
    again = Caller(caller.client, sid="CA" + 32 * "c")
    document = again.send("voice/")
    assert "1 1 2" in said(document)
    assert [verb.tag for verb in document][-1] == "Hangup"
    assert document.find("Gather") is None
    again.send("status/", 204, CallStatus="completed", CallDuration="9")
    diverted = Call.objects.get(end_cause="aside")
    assert (diverted.outcome, diverted.state) == ("no_answer", "ended")
    assert "samordnare" in str(reason_of(diverted).gave_up_because)
    assert another(caller.client, "d").into_the_queue() is not None
    assert diversions.lift(actor=actor, diversion=made.id)
    assert Caller(caller.client, sid="CA" + 32 * "e").into_the_queue() is not None
    rows = str(list(Diversion.objects.values())) + str(list(Entry.objects.values("facts")))
    assert "70174" not in rows


def test_a_withheld_caller_is_never_taken_for_another(caller: Caller, line: Line) -> None:
    staff(line, "alice")
    caller.number = "anonymous"
    caller.send("voice/")
    with pytest.raises(diversions.NotRecognisable):
        diversions.divert(
            actor=actor_for(Duty.objects.get().user),
            user=Duty.objects.get().user,
            call=Call.objects.get(),
            hours=1,
        )
    assert line.number == LINE_NUMBER
