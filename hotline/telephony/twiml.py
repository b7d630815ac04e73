"""Write an answer as TwiML. Every <Dial> is made by `_dial`, which cannot be called without a caller id."""

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse  # type: ignore[import-untyped]
from twilio.twiml.voice_response import Enqueue as EnqueueVerb

from hotline.telephony.answers import (
    Answer,
    Ask,
    Enqueue,
    GoTo,
    HangUp,
    LeaveQueue,
    Leg,
    Pause,
    Play,
    PutThrough,
    Ring,
    Say,
    Verb,
)
from hotline.telephony.events import Step
from hotline.telephony.links import Links

LANGUAGES = {"sv": "sv-SE", "en": "en-GB"}
MOST_LEGS = 10  # Twilio dials no more at once
LEG_EVENTS = "ringing answered completed"


def render(answer: Answer, links: Links) -> str:
    """Give the TwiML document of an answer."""
    response = VoiceResponse()
    for verb in answer.verbs:
        _append(response, verb, answer.language, links)
    return str(response)


def _append(response: VoiceResponse, verb: Verb, language: str, links: Links) -> None:
    match verb:
        case Say() | Play():
            _append_heard(response, verb, language)
        case Ask():
            response.append(_gather(verb, language, links))
        case Pause():
            response.pause(length=verb.seconds)
        case HangUp():
            response.hangup()
        case _:
            _append_move(response, verb, links)


def _append_move(
    response: VoiceResponse, verb: GoTo | Enqueue | LeaveQueue | Ring | PutThrough, links: Links
) -> None:
    match verb:
        case GoTo():
            response.redirect(links.url(verb.step, verb.place), method="POST")
        case Enqueue():
            response.append(_enqueue(verb, links))
        case LeaveQueue():
            response.leave()
        case Ring():
            response.append(_dial(verb, links, caller_id=verb.caller_id))
        case PutThrough():
            response.append(_put_through(verb, links))


def _append_heard(parent: VoiceResponse | Gather, heard: Say | Play, language: str) -> None:
    if isinstance(heard, Play):
        parent.play(heard.url)
    else:
        parent.say(heard.text, language=LANGUAGES[heard.language or language])


def _gather(ask: Ask, language: str, links: Links) -> Gather:
    gather = Gather(
        input="dtmf",
        action=links.url(ask.step, ask.place),
        method="POST",
        num_digits=ask.digits,
        finish_on_key=ask.finish_on,
        timeout=ask.timeout_s,
    )
    for heard in ask.heard:
        _append_heard(gather, heard, language)
    return gather


def _enqueue(verb: Enqueue, links: Links) -> EnqueueVerb:
    return EnqueueVerb(
        verb.name,
        action=links.url(Step.QUEUE, verb.place),
        method="POST",
        wait_url=links.url(Step.WAIT, verb.place),
        wait_url_method="POST",
    )


def _dial(ring: Ring, links: Links, *, caller_id: str) -> Dial:
    """Ring phones, screened: a voicemail cannot press 1, and their owners see the line's number only."""
    if not caller_id.startswith("+"):
        message = "A dial carries the line's own number."
        raise ValueError(message)
    dial = Dial(
        caller_id=caller_id,
        answer_on_bridge=True,
        timeout=ring.timeout_s,
        action=links.url(Step.DIAL, ring.place),
        method="POST",
        record="do-not-record",
    )
    for leg in ring.legs[:MOST_LEGS]:
        _number(dial, leg, links)
    return dial


def _put_through(verb: PutThrough, links: Links) -> Dial:
    """Ring the caller back: nothing is said before they are connected, as anyone may pick up."""
    if not verb.caller_id.startswith("+"):
        message = "A dial carries a number of ours."
        raise ValueError(message)
    dial = Dial(
        caller_id=verb.caller_id,
        timeout=verb.timeout_s,
        action=links.url(Step.BRIDGE, verb.place),
        method="POST",
        record="do-not-record",
    )
    dial.number(verb.phone)
    return dial


def _number(dial: Dial, leg: Leg, links: Links) -> None:
    dial.number(
        leg.phone,
        url=links.url(Step.SCREEN, leg.place),
        method="POST",
        status_callback=links.url(Step.STATUS, leg.place),
        status_callback_method="POST",
        status_callback_event=LEG_EVENTS,
    )
