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
    Pause,
    Ring,
    Say,
    Verb,
)
from hotline.telephony.events import Step
from hotline.telephony.links import Links

LANGUAGES = {"sv": "sv-SE", "en": "en-GB"}
LEG_EVENTS = "ringing answered completed"


def render(answer: Answer, links: Links) -> str:
    """Give the TwiML document of an answer."""
    response = VoiceResponse()
    for verb in answer.verbs:
        _append(response, verb, LANGUAGES[answer.language], links)
    return str(response)


def _append(response: VoiceResponse, verb: Verb, language: str, links: Links) -> None:
    match verb:
        case Say():
            response.say(verb.text, language=language)
        case Ask():
            response.append(_gather(verb, language, links))
        case Pause():
            response.pause(length=verb.seconds)
        case HangUp():
            response.hangup()
        case _:
            _append_move(response, verb, links)


def _append_move(response: VoiceResponse, verb: GoTo | Enqueue | LeaveQueue | Ring, links: Links) -> None:
    match verb:
        case GoTo():
            response.redirect(links.url(verb.step, verb.place), method="POST")
        case Enqueue():
            response.append(_enqueue(verb, links))
        case LeaveQueue():
            response.leave()
        case Ring():
            response.append(_dial(verb, links, caller_id=verb.caller_id))


def _gather(ask: Ask, language: str, links: Links) -> Gather:
    gather = Gather(
        input="dtmf",
        action=links.url(ask.step, ask.place),
        method="POST",
        num_digits=ask.digits,
        finish_on_key=ask.finish_on,
        timeout=ask.timeout_s,
    )
    for text in ask.texts:
        gather.say(text, language=language)
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
    """Ring one phone, screened: its voicemail cannot press 1, and its owner sees the line's number only."""
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
    dial.number(
        ring.phone,
        url=links.url(Step.SCREEN, ring.place),
        method="POST",
        status_callback=links.url(Step.STATUS, ring.place),
        status_callback_method="POST",
        status_callback_event=LEG_EVENTS,
    )
    return dial
