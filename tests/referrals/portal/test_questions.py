"""Questions and answers, suggestions, and what a function says of itself: sealed, told, and its own."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.urls import reverse
from django.utils import translation

from audit.models import Entry
from cases.notices.models import Notice, NoticeKind
from hotline.people.roles import Role
from referrals.clock.working_days import local_day
from referrals.delivery.models import Letter, LetterKind
from referrals.delivery.tasks import send_letter
from referrals.directory.models import ContactKind, ContactPoint, VerifiedHow
from referrals.referral import services
from referrals.referral.correspondence import Question, Suggestion
from referrals.referral.models import Referral
from referrals.referral.moves import MoveRefused
from referrals.referral.questions import AnsweredAlready, answer_question, ask_question, read_questions
from referrals.referral.states import State
from tests.cases.factories import signed_in
from tests.referrals.factories import (
    MESSAGE,
    actor_for,
    decline_reason,
    make_case,
    make_point,
    make_recipient,
    make_user,
    propose,
)
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

QUESTION = "Planterad fråga: vilken tid passar?"
ANSWER = "Planterat svar: helst på kvällen."
PRESS = "7d8f1a52-6a2b-4f6b-9f3c-0a1b2c3d4e5f"


class Talk:
    """Rut in Ale has opened Alice's referral; Charlie answers for another town, Bob is Alice's colleague."""

    def __init__(self) -> None:
        self.alice, self.bob = make_user("alice", "counsellor"), make_user("bob", "counsellor")
        self.point = make_point(phone="031-390 06 02")
        self.rut = make_recipient("rut", self.point)
        self.charlie = make_recipient("charlie", make_point("0180"))
        self.case = make_case(self.alice, caller_role="parent")
        proposed = propose(self.alice, self.case, self.point)
        sent = services.send_referral(actor=actor_for(self.alice), user=self.alice, referral=proposed)
        self.referral = services.open_referral(actor=actor_for(self.rut), user=self.rut, referral=sent)

        self.windows = {
            user.username: signed_in(user) for user in (self.alice, self.bob, self.rut, self.charlie)
        }

    def ask(self, user: User, text: str = QUESTION) -> Question:
        return ask_question(actor=actor_for(user), user=user, referral=self.referral, text=text)

    def portal(self, name: str = "referral", *more: object) -> str:
        return reverse(f"referrals:portal-{name}", args=[self.referral.receiver_reference, *more])


@pytest.fixture(scope="module")
def begun(world: World) -> Talk:
    return world.make(Talk)


@pytest.fixture
def talk(begun: Talk) -> Talk:
    return copied(begun)


def opened(talk: Talk, user: User) -> str:
    client = talk.windows.get(user.username) or signed_in(user)
    return client.post(talk.portal("open"), {"client_id": PRESS}).content.decode()


def test_a_municipality_asks_and_the_counsellor_answers_sealed_and_told(talk: Talk) -> None:
    rut, alice = talk.windows["rut"], talk.windows["alice"]
    before = Letter.objects.count()
    for _twice in range(2):
        assert rut.post(talk.portal("ask"), {"text": QUESTION, "client_id": PRESS}).status_code == 302
    question = Question.objects.get()
    assert Notice.objects.get(kind=NoticeKind.REFERRAL_ASKED).user == talk.alice
    assert QUESTION.encode() not in bytes(question.question)
    for page in (
        rut.get(talk.portal()),
        alice.get(reverse("referrals:detail", args=[talk.referral.reference])),
    ):
        assert QUESTION not in page.content.decode()

    read = alice.post(reverse("referrals:questions", args=[talk.referral.reference]))
    assert QUESTION in read.content.decode()
    assert "no-store" in read.headers["Cache-Control"]
    path = reverse("referrals:question-answer", args=[talk.referral.reference, question.pk])
    assert alice.post(path, {"text": ANSWER, "client_id": PRESS}).status_code == 302
    letter = Letter.objects.get(kind=LetterKind.QUESTION)
    assert Letter.objects.count() == before + 1
    send_letter(letter_id=str(letter.pk))
    assert "Planter" not in mail.outbox[-1].message().as_string()
    assert ANSWER in opened(talk, talk.rut)
    assert Entry.objects.filter(action="referral:question:read").count() == 2
    assert "Planter" not in str(list(Entry.objects.values_list("facts", flat=True)))


def test_the_counsellor_asks_and_the_inbox_says_so(talk: Talk) -> None:
    talk.ask(talk.alice)
    client = talk.windows["rut"]
    assert "Fråga till er" in client.get("/portal/").content.decode()
    assert QUESTION in opened(talk, talk.rut)
    question = Question.objects.get()
    assert (
        client.post(talk.portal("answer", question.pk), {"text": ANSWER, "client_id": PRESS}).status_code
        == 302
    )
    assert "Fråga till er" not in client.get("/portal/").content.decode()
    assert Notice.objects.get(kind=NoticeKind.REFERRAL_TOLD).user == talk.alice
    with pytest.raises(AnsweredAlready):
        answer_question(actor=actor_for(talk.rut), user=talk.rut, question=question, text="Igen")


def test_what_looks_like_a_person_is_pointed_out_before_it_is_saved(talk: Talk) -> None:
    client, text = talk.windows["rut"], "Ring 070-174 06 33 i stället"
    page = client.post(talk.portal("ask"), {"text": text, "client_id": PRESS})
    assert page.status_code == 200
    assert text in page.content.decode()
    assert not Question.objects.exists()
    kept = {"text": text, "client_id": PRESS, "keep_personal_data": "on"}
    assert client.post(talk.portal("ask"), kept).status_code == 302
    assert Question.objects.count() == 1
    answer = talk.portal("answer", talk.ask(talk.alice).pk)
    warned = client.post(answer, {"text": text, "client_id": PRESS})
    assert warned.status_code == 200
    assert MESSAGE in warned.content.decode()


def test_nobody_else_asks_answers_reads_or_learns_of_it(talk: Talk) -> None:
    question = talk.ask(talk.rut)
    for user in (talk.charlie, talk.bob):
        client = talk.windows[user.username]
        paths = [
            talk.portal("ask"),
            talk.portal("answer", question.pk),
            talk.portal("open"),
            reverse("referrals:questions", args=[talk.referral.reference]),
            reverse("referrals:question-ask", args=[talk.referral.reference]),
            reverse("referrals:question-answer", args=[talk.referral.reference, question.pk]),
        ]
        said = {"text": ANSWER, "client_id": PRESS}
        assert {client.post(path, said).status_code for path in paths} <= {403, 404}
        with pytest.raises(MoveRefused):
            talk.ask(user)
        assert read_questions(actor=actor_for(user), user=user, referral=talk.referral) == []
    with pytest.raises(MoveRefused):
        answer_question(actor=actor_for(talk.rut), user=talk.rut, question=question, text=ANSWER)
    assert Question.objects.get().answer is None


def test_a_decline_suggests_who_should_have_it_and_the_next_receiver_reads_no_question(talk: Talk) -> None:
    talk.ask(talk.rut)
    form = {"client_id": PRESS, "reason": decline_reason().pk, "municipality": "0180", "function": "school"}
    assert talk.windows["rut"].post(talk.portal("decline"), form).status_code == 302
    assert talk.windows["rut"].post(talk.portal("decline"), form).status_code == 404
    assert (Suggestion.objects.get().municipality_id, Suggestion.objects.get().kind) == ("0180", "school")
    school = make_point(kind=ContactKind.SCHOOL)
    sol = make_recipient("sol", school)
    page = (
        talk.windows["alice"]
        .get(reverse("referrals:detail", args=[talk.referral.reference]))
        .content.decode()
    )
    assert "Stockholm" in page
    moved = services.reroute_referral(
        actor=actor_for(talk.alice), user=talk.alice, referral=talk.referral, contact_point=school
    )
    assert moved.state == State.SENT
    after = opened(talk, sol)
    assert MESSAGE in after
    assert QUESTION not in after
    assert read_questions(actor=actor_for(sol), user=sol, referral=Referral.objects.get()) == []
    with pytest.raises(MoveRefused):
        talk.ask(talk.rut)


def test_after_the_consents_last_day_nothing_is_asked_or_read(talk: Talk) -> None:
    talk.ask(talk.rut)
    Referral.objects.update(consent_until=local_day() - timedelta(days=1))
    assert QUESTION not in opened(talk, talk.rut)
    talk.referral.refresh_from_db()
    with pytest.raises(MoveRefused):
        talk.ask(talk.rut)


def test_the_portal_says_for_whom_it_is_and_what_you_do_next(talk: Talk) -> None:
    client = talk.windows["rut"]
    for language, place, following in (("sv", "För Ale:", "Härnäst: ni"), ("en", "For Ale:", "Next: you")):
        client.cookies["django_language"] = language
        for path in ("/portal/", talk.portal()):
            page = client.get(path).content.decode()
            assert place in page
            assert following in page
            assert "mottagande funktionen" not in page
    services.accept_referral(actor=actor_for(talk.rut), user=talk.rut, referral=talk.referral)


def test_a_function_confirms_its_details_is_away_and_back(talk: Talk) -> None:
    client = talk.windows["rut"]
    page = reverse("referrals:portal-function", args=[talk.point.reference])
    assert client.get(reverse("referrals:portal-functions")).headers["Location"] == page
    version = client.get(page).context["details"].initial["version"]
    looked = Entry.objects.get(action="directory:contact_point:viewed")
    assert (looked.actor_label, looked.subject_reference) == ("rut", talk.point.reference)
    form = {"version": version, "address": "ny@ale.example", "phone": "031-390 06 03", "languages": ["sv"]}
    details = reverse("referrals:portal-details", args=[talk.point.reference])
    assert client.post(details, form | {"hours": "sometimes"}).status_code == 200
    assert client.post(details, form | {"hours": "mån-fre 8.00-16.30"}).status_code == 302
    assert (
        client.post(details, form | {"phone": "031-390 06 09", "hours": ""}, follow=True).status_code == 200
    )
    point = ContactPoint.objects.get(pk=talk.point.pk)
    assert (point.address, point.phone, point.hours) == (
        "ny@ale.example",
        "031-390 06 03",
        "mon-fri 08:00-16:30",
    )
    assert (point.verified_how, point.last_verified_by) == (VerifiedHow.BY_LINK, talk.rut)

    absence = reverse("referrals:portal-absence", args=[talk.point.reference])
    today = local_day()
    assert client.post(absence, {"since": today, "until": today}).status_code == 200
    assert client.post(absence, {"since": today, "until": today + timedelta(days=7)}).status_code == 302
    assert not ContactPoint.objects.get(pk=talk.point.pk).is_open(today)
    client.post(reverse("referrals:portal-back", args=[talk.point.reference]))
    assert ContactPoint.objects.get(pk=talk.point.pk).is_open(today)
    for name in ("details", "absence", "back", "deputy"):
        path = reverse(f"referrals:portal-{name}", args=[talk.point.reference])
        assert talk.windows["charlie"].post(path, form).status_code == 404
        assert talk.windows["alice"].post(path, form).status_code == 403
    assert talk.windows["charlie"].get(page).status_code == 404


def test_own_figures_show_the_work_and_withhold_what_few_persons_make(talk: Talk) -> None:
    client = talk.windows["rut"]
    found = client.get(reverse("referrals:portal-figures")).context["figures"]
    with translation.override("sv"):
        work = {row.label: row.count for row in found[0].work}
    assert list(work.values()) == [1, 1, 0, 0, 0, 0]
    assert {row.count for row in found[0].outcomes + found[0].reasons} == {None}
    assert found[0].days_to_contact is None
    assert [each.point for each in found] == [talk.point]
    assert Entry.objects.get(action="figures:own:seen").actor_role == Role.RECIPIENT
    assert (
        str(talk.referral.receiver_reference)
        not in client.get(reverse("referrals:portal-figures")).content.decode()
    )
