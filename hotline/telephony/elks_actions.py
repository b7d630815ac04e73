"""Write an answer as 46elks' actions: each says what is next, and a queue is a sound after which it asks again.

Source: 46elks.se/docs/voice-play, /voice-ivr, /voice-connect. There is no text to speech: what has no recording of
its own is heard as the default sound, once an answer. After `ivr` it asks us again even where no key was pressed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from hotline.telephony.answers import (
    Answer,
    Ask,
    Enqueue,
    GoTo,
    LeaveQueue,
    Pause,
    Play,
    Ring,
    Say,
    Verb,
)
from hotline.telephony.events import Place, Step, Turn
from hotline.telephony.links import Links

BEEP = "sound/beep"  # one of 46elks' own
LONGEST_ASK_S = 30
Action = dict[str, object]


def render(turn: Turn, answer: Answer, links: Links, sounds: Mapping[str, str]) -> str:
    """Give the JSON of an answer; the end of the call is told to where the call stands by then."""
    writer = _Writer(turn, links, default=sounds["ELKS_DEFAULT_SOUND"], hold=sounds["ELKS_HOLD_SOUND"])
    told_at = next((_place(verb) for verb in answer.verbs if isinstance(verb, Ring)), turn.place)
    return json.dumps(writer.document(answer.verbs) | {"whenhangup": links.url(Step.STATUS, told_at)})


@dataclass(slots=True)
class _Writer:
    turn: Turn
    links: Links
    default: str
    hold: str
    said: bool = False

    def document(self, verbs: tuple[Verb, ...]) -> Action:
        """Give the whole answer; an address alone is no action, so a beep goes before it."""
        first = self._chain(list(self._heard(verbs)))
        if isinstance(first, str):
            return {"play": BEEP, "next": first}
        return first or {"hangup": "reject"}

    def _heard(self, verbs: tuple[Verb, ...]) -> list[Verb | str]:
        """Turn what is said, played and waited into sounds; the rest stays as it is."""
        steps: list[Verb | str] = []
        for verb in verbs:
            match verb:
                case Say() | Play():
                    steps += self._sounds((verb,))
                case Pause():
                    steps.append(self.hold)
                case Ask():
                    *before, last = self._sounds(verb.heard) or [BEEP]
                    steps += [*before, replace(verb, heard=(Play(last, ""),))]
                case _:
                    steps.append(verb)
        return steps

    def _sounds(self, heard: tuple[Say | Play, ...]) -> list[str]:
        sounds = []
        for each in heard:
            if isinstance(each, Play):
                sounds.append(each.url)
            elif not self.said:
                self.said = True
                sounds.append(self.default)
        return sounds

    def _chain(self, steps: list[Verb | str]) -> Action | str | None:
        if not steps:
            return None
        first, rest = steps[0], steps[1:]
        if not isinstance(first, str):
            return self._move(first)
        following = self._chain(rest)
        return {"play": first} | ({"next": following} if following else {})

    def _move(self, verb: Verb) -> Action | str | None:
        match verb:
            case Ask():
                return self._ivr(verb)
            case Ring():
                return self._connect(verb)
            case GoTo():
                return self.links.url(verb.step, verb.place)
            case Enqueue():
                return self.links.url(Step.WAIT, replace(verb.place, since=self.turn.place.since))
            case LeaveQueue():
                return self.links.url(Step.QUEUE, self.turn.place)
            case _:
                return None

    def _ivr(self, ask: Ask) -> Action:
        (sound,) = ask.heard
        return {
            "ivr": sound.url if isinstance(sound, Play) else BEEP,
            "digits": ask.digits,
            "timeout": min(max(ask.timeout_s, 1), LONGEST_ASK_S),
            "repeat": 1,
            "next": self.links.url(ask.step, ask.place),
        }

    def _connect(self, ring: Ring) -> Action:
        """Ring phones under the line's own number: without it, 46elks would show the caller's."""
        if not ring.caller_id.startswith("+"):
            message = "A connect carries the line's own number."
            raise ValueError(message)
        return {
            "connect": ",".join(leg.phone for leg in ring.legs),
            "callerid": ring.caller_id,
            "timeout": ring.timeout_s,
            "next": self.links.url(Step.DIAL, _place(ring)),
        }


def _place(ring: Ring) -> Place:
    """Give where a ring leads; of several phones nobody tells which one picked up."""
    return ring.legs[0].place if len(ring.legs) == 1 else ring.place
