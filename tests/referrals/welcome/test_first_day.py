"""A function's first day: a letter and a call make an account, neither alone does; who stays away is telephoned."""

from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from audit.models import Entry
from cases.notices.models import Notice, NoticeKind
from cases.vault.codes import new_code
from hotline.people.changes import SecondPersonNeeded, approve_change
from hotline.people.models import Change, Invitation
from hotline.people.roles import Role, role_of
from referrals.clock.working_days import STOCKHOLM
from referrals.delivery.models import Letter, LetterKind
from referrals.delivery.tasks import send_letter, tell_of_access
from referrals.directory.models import ContactPoint, Recipient
from referrals.referral import services
from referrals.referral.models import Referral
from referrals.referral.reminding import tell_of_absent_functions
from referrals.welcome.codes import MOST_WRONG
from referrals.welcome.links import path_of
from referrals.welcome.models import Welcome
from referrals.welcome.services import MayAddressLetters, invite_function, read_out_code
from tests.cases.factories import signed_in
from tests.hotline.people.factories import sign_in as sign_in_by_password
from tests.referrals.factories import (
    CLOCK,
    actor_for,
    make_case,
    make_point,
    make_recipient,
    make_user,
    propose,
)
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
PASSWORD = "sex ord som passar bra"


class FirstDay:
    """Alice refers to a function in Ale for which nobody signs in."""

    def __init__(self) -> None:
        self.alice, self.sam = make_user("alice", "counsellor"), make_user("sam", "supervisor")
        self.point = make_point()
        self.referral = self.send()
        self.welcome = Welcome.objects.get()
        self.staff, self.supervisor = signed_in(self.alice), signed_in(self.sam)

    def send(self) -> Referral:
        proposed = propose(self.alice, make_case(self.alice), self.point)
        return services.send_referral(actor=actor_for(self.alice), user=self.alice, referral=proposed)

    def call(self) -> str:
        return read_out_code(actor=actor_for(self.alice), user=self.alice, welcome=self.welcome)

    def redeem(self, code: str, **changed: str) -> int:
        form = {"name": "Rut", "email": "rut.ek@ale.example", "code": code, "password": PASSWORD}
        form |= {"again": PASSWORD} | changed
        return Client().post(path_of(self.welcome), form).status_code


@pytest.fixture(scope="module")
def begun(world: World) -> FirstDay:
    return world.make(FirstDay)


@pytest.fixture
def day(begun: FirstDay) -> FirstDay:
    return copied(begun)


def test_the_first_referral_invites_and_letter_and_call_make_an_account(
    day: FirstDay, settings: pytest.FixtureRequest
) -> None:
    letter = Letter.objects.get()
    assert (letter.kind, letter.reference) == (LetterKind.WELCOME, day.welcome.reference)
    send_letter(letter_id=str(letter.pk))
    sent = mail.outbox[0].message().as_string()
    assert day.referral.receiver_reference not in sent
    assert day.referral.reference not in sent

    client = day.staff
    page = client.get(reverse("referrals:first-day", args=[day.welcome.reference])).content.decode()
    assert day.point.phone in page
    looked = Entry.objects.get(action="directory:welcome:viewed")
    assert (looked.actor_label, looked.subject_reference) == ("alice", day.welcome.reference)
    code = client.post(reverse("referrals:first-day-code", args=[day.welcome.reference])).context["code"]
    day.point.refresh_from_db()
    assert day.point.last_verified_by == day.alice
    assert (
        code not in client.get(reverse("referrals:first-day", args=[day.welcome.reference])).content.decode()
    )

    assert day.redeem(code.lower().replace("-", " ")) == 302
    rut = User.objects.get(username="rut.ek")
    assert role_of(rut) == Role.RECIPIENT
    assert Recipient.objects.get(user=rut, until=None).contact_point == day.point
    redeemed = Entry.objects.get(action="directory:welcome:redeemed")
    assert (redeemed.actor_label, redeemed.facts["read_out_by"]) == ("rut.ek", "alice")

    browser = Client()
    assert sign_in_by_password(browser, "rut.ek@ale.example", PASSWORD) == 302
    assert day.referral.receiver_reference in browser.get("/portal/").content.decode()
    settings.SECOND_FACTOR_FORCED = True  # type: ignore[attr-defined]
    assert browser.get("/portal/").headers["Location"] == reverse("mfa_index")

    assert day.redeem(code) == 404
    assert day.send().receiver_reference in Letter.objects.filter(kind="new").values_list(
        "reference", flat=True
    )


def test_neither_the_letter_nor_the_call_alone_makes_an_account(day: FirstDay) -> None:
    assert day.redeem(new_code()) == 200
    code = day.call()
    for path in (path_of(day.welcome)[:-2] + "x/", "/portal/welcome/W-222222/"):
        assert Client().post(path, {"code": code}).status_code == 404
    assert not User.objects.filter(groups__name="recipient").exists()
    assert day.redeem(code, again="another password") == 200
    assert day.redeem(code, email="not an address") == 200
    for _guess in range(MOST_WRONG):
        assert day.redeem(new_code()) == 200
    assert day.redeem(code) == 200
    assert Entry.objects.filter(action="directory:welcome:code_refused").count() == MOST_WRONG
    again = day.call()
    with time_machine.travel(datetime.now(STOCKHOLM) + timedelta(hours=25)):
        assert day.redeem(again) == 200
    with time_machine.travel(datetime.now(STOCKHOLM) + timedelta(days=31)):
        assert day.redeem(again) == 404
    assert not User.objects.filter(groups__name="recipient").exists()
    stored = str(list(Welcome.objects.values()))
    assert code not in stored
    assert path_of(day.welcome).split(":")[1] not in stored


def test_who_may_change_where_letters_go_reads_out_no_code(day: FirstDay) -> None:
    with pytest.raises(MayAddressLetters):
        read_out_code(actor=actor_for(day.sam), user=day.sam, welcome=day.welcome)
    page = day.supervisor.post(reverse("referrals:first-day-code", args=[day.welcome.reference]), follow=True)
    assert page.context["code"] == ""
    assert Entry.objects.filter(action="directory:welcome:code_read_out").count() == 0
    with pytest.raises(IntegrityError, match="redeemed_after_a_call"), transaction.atomic():
        Welcome.objects.update(redeemed_at=day.welcome.began_at, redeemed_by=day.sam)


def test_who_has_not_come_after_a_working_day_is_on_the_counsellors_list_and_told_once(day: FirstDay) -> None:
    bob = make_user("bob", "counsellor")
    morning_after = datetime.combine(day.welcome.call_after + timedelta(days=1), time(9), tzinfo=STOCKHOLM)
    path = reverse("referrals:first-day", args=[day.welcome.reference])
    assert path not in day.staff.get("/referrals/").content.decode()
    assert tell_of_absent_functions() == 0
    with time_machine.travel(morning_after):
        assert path in signed_in(day.alice).get("/referrals/").content.decode()
        assert path not in signed_in(bob).get("/referrals/").content.decode()
        assert (tell_of_absent_functions(), tell_of_absent_functions()) == (1, 0)
    told = Notice.objects.get(kind=NoticeKind.WELCOME_UNREDEEMED)
    assert (told.user, told.reference) == (day.alice, day.referral.reference)


def test_a_function_is_invited_once_at_a_time_and_not_where_somebody_answers(day: FirstDay) -> None:
    assert invite_function(actor=CLOCK, contact_point=day.point) == day.welcome
    make_recipient("olle", day.point)
    assert invite_function(actor=CLOCK, contact_point=day.point) is None
    assert (
        day.staff.post(
            reverse("referrals:first-day-letter", args=[day.welcome.reference]), follow=True
        ).status_code
        == 200
    )
    assert Letter.objects.count() == 1
    with time_machine.travel(datetime.now(STOCKHOLM) + timedelta(days=9)):
        assert tell_of_absent_functions() == 0
    day.welcome.refresh_from_db()
    assert day.welcome.ended_at is not None


def test_a_protected_persons_referral_writes_no_letter(day: FirstDay) -> None:
    case = make_case(day.alice)
    type(case).objects.filter(pk=case.pk).update(protected=True)
    proposed = propose(day.alice, case, make_point("0180"))
    services.send_referral(actor=actor_for(day.alice), user=day.alice, referral=proposed)
    assert Letter.objects.count() == Welcome.objects.count() == 1


def test_a_recipient_ends_a_colleagues_access_at_once_and_both_are_told(day: FirstDay) -> None:
    rut, maj = make_recipient("rut", day.point), make_recipient("maj", day.point)
    charlie = make_recipient("charlie", make_point("0180"))
    for person in (rut, maj):
        User.objects.filter(pk=person.pk).update(email=f"{person.username}@ale.example")
    path = {
        name: reverse(f"referrals:portal-{name}", args=[day.point.reference]) for name in ("end", "again")
    }
    received = reverse("referrals:portal-referral", args=[day.referral.receiver_reference])
    ruts, majs, charlies = map(signed_in, (rut, maj, charlie))
    assert majs.get(received).status_code == 200
    for window, whom in (
        (ruts, "rut"),
        (ruts, "charlie"),
        (ruts, ""),
        (charlies, "maj"),
        (day.staff, "maj"),
    ):
        window.post(path["end"], {"username": whom})
    assert Recipient.objects.filter(until=None).count() == 3
    for _twice in range(2):
        ruts.post(path["end"], {"username": "maj"})
    assert majs.get(received).status_code == 404
    assert majs.post(path["end"], {"username": "rut"}).status_code == 404
    ended = Entry.objects.get(action="directory:recipient:ended")
    assert (ended.actor_label, ended.subject_reference, ended.facts) == (
        "rut",
        day.point.reference,
        {"user": "maj"},
    )
    told = Notice.objects.get(kind=NoticeKind.RECIPIENT_ENDED)
    assert (told.user, told.reference) == (day.sam, day.point.reference)
    (job,) = ProcrastinateJob.objects.filter(task_name="referrals.tell_of_access")
    tell_of_access(**job.args)
    assert [letter.to for letter in mail.outbox] == [["maj@ale.example"], ["rut@ale.example"]]
    assert "maj" not in mail.outbox[1].message().as_string().partition("To:")[2].partition("\n")[2]
    page = reverse("referrals:portal-function", args=[day.point.reference])
    assert path["again"] in ruts.get(page).content.decode()
    with time_machine.travel(datetime.now(STOCKHOLM) + timedelta(days=15)):
        signed_in(rut).post(path["again"], {"username": "maj"})
    assert signed_in(maj).get("/portal/").content.decode().count(day.referral.receiver_reference) == 0
    ruts.post(path["again"], {"username": "maj"})
    assert majs.get(received).status_code == 200
    assert path["again"] not in ruts.get(page).content.decode()


def test_a_deputy_asked_for_by_the_first_recipient_is_confirmed_by_us(day: FirstDay) -> None:
    rut = make_recipient("rut", day.point)
    path = reverse("referrals:portal-deputy", args=[day.point.reference])
    form = {"name": "Maj", "email": "maj@ale.example"}
    client = signed_in(rut)
    assert client.post(path, form).status_code == 302
    assert client.post(path, form).status_code == 200, "the same address is asked for once"
    change = Change.objects.get()
    assert (change.state, change.requested_by, change.invitation.sent_at) == ("pending", rut, None)  # type: ignore[union-attr]
    assert (
        "Maj" in client.get(reverse("referrals:portal-function", args=[day.point.reference])).content.decode()
    )
    assert not ProcrastinateJob.objects.filter(task_name="people.send_invitation").exists()
    with pytest.raises(SecondPersonNeeded):
        approve_change(actor=actor_for(rut), user=rut, change=change)
    approve_change(actor=actor_for(day.sam), user=day.sam, change=change)
    assert ProcrastinateJob.objects.filter(task_name="people.send_invitation").count() == 1
    assert Invitation.objects.get().contact_point == day.point
    elsewhere = make_point("0180")
    assert (
        client.post(reverse("referrals:portal-deputy", args=[elsewhere.reference]), form).status_code == 404
    )
    assert ContactPoint.objects.count() == 2
