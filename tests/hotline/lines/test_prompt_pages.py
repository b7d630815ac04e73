"""What callers hear, shown and changed: the preview is the call's own words, and what keeps callers safe stays."""

import pytest
from django.test import Client
from django.utils.translation import override

from audit.actions import Action
from hotline.lines import flow
from hotline.lines.hours import plan_of
from hotline.lines.models import Line, Prompt
from hotline.lines.preview import Passage, when_closed, when_open
from hotline.people.roles import Role
from hotline.telephony.answers import Ask, Say
from hotline.telephony.events import Place
from tests.hotline.factories import LINE_NUMBER, make_line, trail
from tests.hotline.people.factories import signed_in
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
PAGE = f"/lines/line/{LINE_NUMBER}/prompts/"
GREETING = f"{PAGE}greeting/sv/"
ACUTE = f"{PAGE}acute/sv/"
AUDIO = "https://media.example.org/halsning.mp3"


@pytest.fixture
def line() -> Line:
    return make_line()


@pytest.fixture(scope="module")
def window(world: World) -> Client:
    return world.make(lambda: signed_in("alice", Role.ADMINISTRATOR))


@pytest.fixture
def admin(window: Client) -> Client:
    return copied(window)


def written(text: str, *, audio_url: str = "", version: str = "built-in") -> dict[str, str]:
    return {"version": version, "text": text, "audio_url": audio_url}


def texts(passages: list[Passage]) -> list[str]:
    return [heard.text for passage in passages for heard in passage.heard]


def in_two_languages() -> Line:
    line = make_line()
    line.other_languages, line.asks_who_calls = ["en"], True
    line.save()
    return line


def test_the_preview_begins_with_what_a_call_is_answered_with(line: Line) -> None:
    Prompt.objects.create(line=line, slot="greeting", language="sv", text="Hej och välkommen.")
    plan = plan_of(line)
    asked = flow.greet(plan, Place(), is_open=True, withheld=False).verbs[0]
    assert isinstance(asked, Ask)
    said = [each.text for each in asked.heard]
    assert said[0] == "Hej och välkommen."
    assert texts(when_open(plan, "sv"))[: len(said)] == said


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_way_tells_to_dial_112_and_that_nothing_is_recorded(language: str) -> None:
    plan = plan_of(in_two_languages())
    for passages in (when_open(plan, language), when_closed(plan, language)):
        always = {
            heard.slot
            for passage in passages
            for heard in passage.heard
            if heard.always_read and heard.language == language
        }
        assert always == {"acute", "privacy"}


def test_a_line_with_two_languages_is_heard_to_the_queue_in_the_language_chosen() -> None:
    plan = plan_of(in_two_languages())
    passages = when_open(plan, "en")
    in_the_queue = [passage for passage in passages if str(passage.title).startswith("I kön")]
    assert {heard.language for heard in in_the_queue[0].heard} == {"en"}
    with override("en"):
        said = flow.wait(plan, Place(language="en"), position=2, leaves=False).verbs[0]
    assert isinstance(said, Say)
    assert in_the_queue[0].heard[0].text == said.text
    assert any(heard.slot == "who" for passage in passages for heard in passage.heard)


def test_the_page_shows_open_and_closed_in_each_language_offered(admin: Client) -> None:
    in_two_languages()
    swedish = admin.get(PAGE).content.decode()
    english = admin.get(PAGE, {"language": "en"}).content.decode()
    assert "Du har kommit till den nationella stödtelefonen. Just nu har vi stängt." in swedish
    assert 'lang="en"' in english
    assert "We are closed right now" in english
    assert admin.get(PAGE, {"language": "xx"}).context["language"] == "sv"


def test_a_text_is_saved_recorded_and_heard_and_a_second_press_changes_nothing(
    admin: Client, line: Line
) -> None:
    for _press in range(2):
        assert admin.post(GREETING, written("Hej.\r\nVälkommen.")).status_code == 302
    assert texts(when_open(plan_of(line), "sv"))[0] == "Hej.\nVälkommen."
    assert [action for action, _facts in trail(LINE_NUMBER)] == [Action.PROMPT_SET]


def test_the_built_in_text_sent_back_as_it_was_is_no_text_of_the_lines_own(admin: Client, line: Line) -> None:
    text = admin.get(GREETING).context["form"].initial["text"]
    admin.post(GREETING, written(text))
    assert not Prompt.objects.exists()


def test_a_stale_text_says_so_and_replaces_nothing(admin: Client, line: Line) -> None:
    admin.post(GREETING, written("Bobs hälsning."))
    answer = admin.post(GREETING, written("Min hälsning.")).content.decode()
    assert "data-focus-first" in answer
    assert "Min hälsning." in answer
    assert Prompt.objects.get().text == "Bobs hälsning."


def test_a_text_not_saved_yet_is_heard_in_the_preview_only(admin: Client, line: Line) -> None:
    answer = admin.post(f"{GREETING}preview/", written("Hej på prov.")).content.decode()
    assert "Hej på prov." in answer
    assert "Inte sparad än" in answer
    assert not Prompt.objects.exists()


def test_hosted_audio_is_a_link_with_its_text_beside_it(admin: Client, line: Line) -> None:
    assert admin.post(GREETING, written("Hej.", audio_url=AUDIO)).status_code == 302
    page = admin.get(PAGE)
    assert page.content.decode().count(f'href="{AUDIO}"') == 2
    assert "media-src" not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["http://media.example.org/a.mp3", "javascript:alert(1)", "https://"])
def test_audio_without_https_is_told_at_its_field(admin: Client, line: Line, address: str) -> None:
    answer = admin.post(GREETING, written("Hej.", audio_url=address)).content.decode()
    assert 'href="#id_audio_url"' in answer
    assert not Prompt.objects.exists()


@pytest.mark.parametrize("text", ["", "   ", "Ring någon annan."])
def test_the_advice_to_dial_112_cannot_be_edited_away(admin: Client, line: Line, text: str) -> None:
    answer = admin.post(ACUTE, written(text, audio_url=AUDIO)).content.decode()
    assert 'href="#id_text"' in answer
    assert not Prompt.objects.exists()


def test_the_advice_has_no_audio_to_be_replaced_by(admin: Client, line: Line) -> None:
    assert "id_audio_url" not in admin.get(ACUTE).content.decode()
    assert admin.post(ACUTE, written("Ring 1 1 2 nu.", audio_url=AUDIO)).status_code == 302
    assert Prompt.objects.get().audio_url == ""


def test_the_built_in_text_comes_back_unless_somebody_changed_it_meanwhile(admin: Client, line: Line) -> None:
    admin.post(GREETING, written("Hej."))
    admin.post(f"{GREETING}built-in/", {"version": "built-in"})
    assert Prompt.objects.exists()
    version = admin.get(GREETING).context["version"]
    for _press in range(2):
        assert admin.post(f"{GREETING}built-in/", {"version": version}).status_code == 302
    assert not Prompt.objects.exists()
    assert [action for action, _facts in trail(LINE_NUMBER)] == [Action.PROMPT_SET, Action.PROMPT_RESET]


@pytest.mark.parametrize("place", ["nothing/sv/", "greeting/en/", "greeting/xx/"])
def test_a_place_or_a_language_the_line_does_not_have_is_not_found(
    admin: Client, line: Line, place: str
) -> None:
    assert admin.get(PAGE + place).status_code == 404
    assert admin.post(f"{PAGE}{place}preview/", written("Hej.")).status_code == 404


def test_only_an_administrator_changes_what_callers_hear(line: Line) -> None:
    charlie = signed_in("charlie", Role.SUPERVISOR)
    assert charlie.get(PAGE).status_code == 403
    assert charlie.post(GREETING, written("Hej.")).status_code == 403
    assert not Prompt.objects.exists()
