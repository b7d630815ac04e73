"""What callers hear can be reworded, and nothing that keeps them safe can be lost by it."""

from dataclasses import replace

import pytest

from audit.context import Actor
from audit.models import Entry
from hotline.lines import prompts
from hotline.lines.hours import Wording, find_plan, plan_of
from hotline.lines.models import Line, Prompt
from hotline.lines.prompts import SLOTS, Slot, hear, reset_prompt, set_prompt, text_of
from hotline.telephony.answers import Play, Say
from tests.hotline.factories import LINE_NUMBER, make_line

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AUDIO = "https://audio.example.test/greeting.mp3"


@pytest.fixture
def line() -> Line:
    return make_line()


ACTOR = Actor(label="ada", role="administrator")


def word(line: Line, slot: str, text: str, audio_url: str = "", language: str = "sv") -> Prompt:
    return set_prompt(actor=ACTOR, line=line, slot=slot, language=language, text=text, audio_url=audio_url)


@pytest.mark.parametrize("slot", SLOTS.values(), ids=SLOTS)
def test_every_place_has_its_own_words_in_every_language(slot: Slot) -> None:
    swedish, english = slot.default("sv"), slot.default("en")
    assert english == slot.built_in
    assert swedish != english
    assert str(slot.label)
    assert str(slot.heard)


def test_a_text_replaces_the_built_in_one_until_it_is_put_back(line: Line) -> None:
    word(line, "greeting", "  Hej, det här är stödtelefonen. ")
    assert text_of(find_plan(LINE_NUMBER), "greeting", "sv") == "Hej, det här är stödtelefonen."
    word(line, "greeting", "Hej igen.")
    assert text_of(plan_of(line), "greeting", "sv") == "Hej igen."
    assert Prompt.objects.count() == 1
    assert reset_prompt(actor=ACTOR, line=line, slot="greeting", language="sv")
    assert not reset_prompt(actor=ACTOR, line=line, slot="greeting", language="sv")
    assert text_of(plan_of(line), "greeting", "sv") == SLOTS["greeting"].default("sv")
    told = Entry.objects.filter(subject_reference=LINE_NUMBER).order_by("at").values_list("action", "facts")
    assert [(action, facts.get("text")) for action, facts in told] == [
        ("line:prompt:set", "Hej, det här är stödtelefonen."),
        ("line:prompt:set", "Hej igen."),
        ("line:prompt:reset", None),
    ]


def test_audio_is_played_and_the_text_kept_for_who_cannot_be_played_any(line: Line) -> None:
    word(line, "greeting", "Hej.", AUDIO)
    assert hear(plan_of(line), "greeting", "sv") == Play(AUDIO, "Hej.", "sv")
    word(line, "greeting", "", AUDIO)
    assert hear(plan_of(line), "greeting", "sv") == Play(AUDIO, SLOTS["greeting"].default("sv"), "sv")
    assert hear(plan_of(line), "greeting", "en") == Say(SLOTS["greeting"].default("en"), "en")


@pytest.mark.parametrize(
    ("slot", "text", "audio_url", "refusal"),
    [
        ("nowhere", "Hej.", "", prompts.UnknownPrompt),
        ("greeting", "  ", "", prompts.PromptEmpty),
        ("privacy", "", AUDIO, prompts.PromptEmpty),
        ("acute", "", "", prompts.PromptEmpty),
        ("acute", "Ring polisen.", "", prompts.AdviceMissing),
        ("acute", "Ring 1 1 2.", AUDIO, prompts.AudioRefused),
        ("greeting", "Hej.", "http://audio.example.test/a.mp3", prompts.AudioRefused),
        ("greeting", "Hej.", "https://", prompts.AudioRefused),
        ("greeting", "x" * 1201, "", prompts.PromptTooLong),
    ],
)
def test_what_would_leave_callers_without_something_is_refused(
    line: Line, slot: str, text: str, audio_url: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        word(line, slot, text, audio_url)
    assert not Prompt.objects.exists()


def test_only_languages_the_line_offers_have_words(line: Line) -> None:
    with pytest.raises(prompts.UnknownPrompt):
        word(line, "greeting", "Hi.", language="en")
    line.other_languages = ["en"]
    line.save()
    assert word(line, "greeting", "Hi.", language="en").language == "en"


def test_an_advice_spoiled_behind_our_back_is_not_read(line: Line) -> None:
    spoiled = replace(plan_of(line), wordings=(Wording("acute", "sv", "Lägg på.", AUDIO),))
    assert hear(spoiled, "acute", "sv") == Say(SLOTS["acute"].default("sv"), "sv")
