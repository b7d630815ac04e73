"""The provider's side of a simulated call: follows the TwiML it is given, as caller and as counsellor's phone."""

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

from hotline.demo.fake_calls_payloads import CallRecord
from hotline.demo.simulate_lives import ON_THE_CLOSED_LINE, Intent, Life, sid
from hotline.demo.simulate_provider import Leg, Provider, fetch, seconds_of
from hotline.demo.simulate_transport import Form, SimulationStopped

MOST_TURNS = 60
RING_S = 20


class HungUp(Exception):
    """The call is over."""


@dataclass(slots=True)
class PhoneCall:
    """One call being lived; afterwards its fields say what the caller experienced."""

    life: Life
    provider: Provider
    talked: bool = False
    promised_call_back: bool = False
    given_up_on: bool = False
    waited_s: int = 0
    lasted_s: int = 0
    turns: int = 0
    legs: int = 0
    keyed: bool = field(default=False)
    chose_call_back: bool = field(default=False)
    started_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.started_at = self.provider.transport.now()

    def live(self) -> str:
        """Go from the first ring to the last status callback; gives the true outcome."""
        try:
            document = self._post(f"{self.provider.public}/webhooks/twilio/voice/", {"CallStatus": "ringing"})
            if self.life.intent is Intent.LEAVE_GREETING:
                self._spend(4)
            else:
                self._follow(document)
        except HungUp:
            pass
        self._tell_the_end()
        return self.outcome()

    def outcome(self) -> str:
        """Say what became of the call, from the caller's side."""
        if self.talked:
            return "answered"
        if self.promised_call_back:
            return "callback_requested"
        if self.life.intent in ON_THE_CLOSED_LINE:
            return "outside_hours"
        return "no_answer" if self.given_up_on else "abandoned"

    def record(self) -> CallRecord:
        """Give what the provider has on record of the call once it is over."""
        return CallRecord(
            sid=self.life.call_sid,
            line=self._line,
            caller=self.life.sender,
            started_at=self.started_at,
            ended_at=self.provider.transport.now(),
            duration_s=self.lasted_s,
        )

    @property
    def _line(self) -> str:
        closed = self.life.intent in ON_THE_CLOSED_LINE
        return self.provider.closed_line if closed else self.provider.open_line

    def _follow(self, document: ET.Element) -> None:
        """Carry out a document's verbs; the first that leads elsewhere ends it, and its end ends the call."""
        for verb in document:
            match verb.tag:
                case "Gather":
                    self._gather(verb)
                case "Redirect":
                    self._go(verb.text or "", {})
                case "Enqueue":
                    self._queue(verb)
                case "Dial":
                    self._dial(verb)
                case "Hangup":
                    raise HungUp
                case _:
                    self._spend(seconds_of(verb))
        raise HungUp

    def _go(self, url: str, fields: Form) -> None:
        self._follow(self._post(url, fields))

    def _gather(self, gather: ET.Element) -> None:
        for said in gather:
            self._spend(seconds_of(said))
        action = gather.get("action", "")
        self.given_up_on |= "/callback/" in action and not self.chose_call_back
        digits = self._keys_for(action)
        if not digits:
            self._spend(int(gather.get("timeout", "5")))
            return
        document = self._post(action, {"Digits": digits})
        self.promised_call_back |= self._was_promised(action, digits, document)
        self._follow(document)

    def _keys_for(self, action: str) -> str:
        """Say what the caller presses, by what the keys lead to."""
        step = urlsplit(action).path.rstrip("/").rpartition("/")[2]
        if step in {"language", "who"}:
            return self.life.language_key if step == "language" else self.life.kind_key
        self.chose_call_back |= self.life.wants_call_back
        if not self.life.wants_call_back:
            return ""
        part = parse_qs(urlsplit(action).query).get("part", [""])[0]
        if part != "keyed":
            return "1"
        mistake = self.life.miskeys and not self.keyed
        self.keyed = True
        return "12" if mistake else self.life.keyed

    @staticmethod
    def _was_promised(action: str, digits: str, document: ET.Element) -> bool:
        """Tell whether pressing 1 ended in a promise: nothing more is asked of the caller but when to call."""
        asked = document.find("Gather")
        nothing_more = asked is None or "part=slot" in asked.get("action", "")
        return "/callback/" in action and digits == "1" and nothing_more

    def _queue(self, enqueue: ET.Element) -> None:
        queued_s = 0
        url = enqueue.get("waitUrl", "")
        result = ""
        for turn in range(MOST_TURNS):
            waiting = {"QueuePosition": "1", "QueueTime": str(queued_s), "CurrentQueueSize": "1"}
            document = self._post(url, waiting)
            spent = sum(seconds_of(verb) for verb in document)
            has_enough = self.life.intent is Intent.LEAVE_QUEUE and turn >= self.life.patience
            if has_enough or not len(document):  # nothing is said to a caller who is gone
                result = "hangup"
            elif document.find("Leave") is not None:
                result = "leave"
            if result:
                break
            queued_s += max(spent, 1)
            self._spend(spent)
            url = document.findtext("Redirect") or url
        self.waited_s += queued_s
        self._left_queue(enqueue.get("action", ""), result or "hangup", queued_s)

    def _left_queue(self, action: str, result: str, queued_s: int) -> None:
        gone = result == "hangup"
        status = "completed" if gone else "in-progress"
        fields = {
            "QueueResult": result,
            "QueueTime": str(queued_s),
            "QueueSid": sid("QU", self.life.call_sid),
        }
        document = self._post(action, fields | {"CallStatus": status})
        if gone:
            raise HungUp
        self.given_up_on |= document.find("Dial") is None
        self._follow(document)

    def _dial(self, dial: ET.Element) -> None:
        number = dial.find("Number")
        if number is None or not dial.get("callerId"):
            raise SimulationStopped
        self.legs += 1
        leg = Leg(
            provider=self.provider,
            parent=self.life.call_sid,
            number=number,
            caller_id=dial.get("callerId", ""),
            sid=self._leg_sid(),
        )
        leg.tell("ringing")
        gone = self.life.intent is Intent.LEAVE_RINGING
        if gone:
            fields = self._rung_off(leg, "canceled")
        elif self.life.intent in {Intent.RING_OUT, Intent.VOICEMAIL}:
            fields = self._not_taken(leg)
        else:
            fields = self._talk(leg)
        document = self._post(dial.get("action", ""), fields | ({"CallStatus": "completed"} if gone else {}))
        if gone:
            raise HungUp
        self.given_up_on |= not self.talked and document.find("Enqueue") is None
        self._follow(document)

    def _leg_sid(self) -> str:
        return sid("CA", self.life.call_sid, "leg", self.legs)

    def _rung_off(self, leg: Leg, status: str) -> Form:
        leg.tell(status)
        return {"DialCallStatus": status, "DialCallSid": leg.sid, "DialBridged": "false"}

    def _not_taken(self, leg: Leg) -> Form:
        """Nobody takes the call; a voicemail does pick up, but cannot press 1."""
        self._spend(RING_S)
        if self.life.intent is Intent.RING_OUT:
            return self._rung_off(leg, "no-answer")
        leg.tell("in-progress")
        leg.screen({})
        return self._rung_off(leg, "completed") | {"DialCallDuration": "9"}

    def _talk(self, leg: Leg) -> Form:
        self._spend(5)
        leg.tell("in-progress")
        gather = leg.screen({}).find("Gather")
        if gather is None:
            raise SimulationStopped
        leg.press(gather.get("action", ""), "1")
        self.talked = True
        self._spend(self.life.talk_s)
        leg.tell("completed", {"CallDuration": str(self.life.talk_s)})
        fields = {"DialCallStatus": "completed", "DialCallSid": leg.sid, "DialBridged": "true"}
        return fields | {"DialCallDuration": str(self.life.talk_s)}

    def _tell_the_end(self) -> None:
        fields = {
            "CallStatus": "completed",
            "CallDuration": str(self.lasted_s),
            "Duration": str(-(-self.lasted_s // 60)),
            "CallbackSource": "call-progress-events",
            "SequenceNumber": "0",
            "Timestamp": format_datetime(self.provider.transport.now()),
        }
        self.provider.callbacks.send(f"{self.provider.public}/webhooks/twilio/status/", self._form(fields))

    def _spend(self, seconds: int) -> None:
        self.lasted_s += seconds
        self.provider.transport.pass_time(seconds)

    def _post(self, url: str, fields: Form) -> ET.Element:
        self.turns += 1
        if self.turns > MOST_TURNS * 2:
            raise SimulationStopped
        return fetch(self.provider.transport, url, self._form(fields))

    def _form(self, fields: Form) -> Form:
        """Give what the provider sends with everything, blank fields and duplicates included."""
        return {
            "AccountSid": self.provider.account,
            "ApiVersion": "2010-04-01",
            "CallSid": self.life.call_sid,
            "CallStatus": "in-progress",
            "Called": self._line,
            "Caller": self.life.sender,
            "Direction": "inbound",
            "From": self.life.sender,
            "FromCity": "",
            "FromCountry": "SE",
            "To": self._line,
        } | fields
