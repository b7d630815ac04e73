"""Letters that do not arrive: refused, given up, come back; each is seen, told and settled by a person."""

import smtplib
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.context import system_actor
from audit.models import Entry
from cases.notices.models import Notice, NoticeKind
from referrals.clock.working_days import local_day
from referrals.delivery.mail import write_letter
from referrals.delivery.models import Fault, Letter, LetterKind, Settlement
from referrals.delivery.tasks import send_letter
from referrals.delivery.undelivered import MAX_ATTEMPTS, SettledAlready, report_bounce, telephone_instead
from referrals.directory.models import ContactPoint
from referrals.directory.standing import Standing
from referrals.referral import services
from referrals.referral.reminding import tell_of_undelivered_letters
from tests.cases.factories import signed_in
from tests.referrals.factories import actor_for, make_case, make_point, make_recipient, make_user, propose
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


class Post:
    """Alice's referral is written to a function in Ale."""

    def __init__(self) -> None:
        self.alice, self.sam = make_user("alice", "counsellor"), make_user("sam", "supervisor")
        self.point = make_point()
        make_recipient("rut", self.point)
        proposed = propose(self.alice, make_case(self.alice), self.point)
        self.referral = services.send_referral(
            actor=actor_for(self.alice), user=self.alice, referral=proposed
        )
        self.letter = Letter.objects.get()
        self.windows = {user: signed_in(user) for user in (self.alice, self.sam)}

    def standing(self) -> Standing:
        return ContactPoint.objects.get(pk=self.point.pk).standing(local_day())


@pytest.fixture(scope="module")
def begun(world: World) -> Post:
    return world.make(Post)


@pytest.fixture
def post(begun: Post) -> Post:
    return copied(begun)


def failing(monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    def fails(*_args: Any, **_kwargs: Any) -> int:
        raise fault

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", fails)


def press(client: Client, letter: Letter, name: str, **fields: str) -> int:
    return client.post(reverse(f"referrals:undelivered-{name}", args=[letter.pk]), fields).status_code


def test_a_server_that_is_away_is_tried_until_it_is_given_up_and_speaks_not_against_the_address(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, smtplib.SMTPServerDisconnected())
    for _attempt in range(MAX_ATTEMPTS - 1):
        with pytest.raises(smtplib.SMTPServerDisconnected):
            send_letter(letter_id=str(post.letter.pk))
        assert not Letter.objects.undelivered().exists()
    send_letter(letter_id=str(post.letter.pk))
    assert Letter.objects.undelivered().get().fault == Fault.UNREACHABLE
    assert post.standing() == Standing.VERIFIED
    assert (tell_of_undelivered_letters(), tell_of_undelivered_letters()) == (1, 0)
    told = Notice.objects.get(kind=NoticeKind.LETTER_UNDELIVERED)
    assert (told.user, told.reference) == (post.alice, post.referral.reference)


def test_a_refused_address_is_given_up_at_once_and_makes_the_contact_point_stale(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = smtplib.SMTPRecipientsRefused({post.point.address: (450, b"later")})
    failing(monkeypatch, busy)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send_letter(letter_id=str(post.letter.pk))
    failing(monkeypatch, smtplib.SMTPRecipientsRefused({post.point.address: (550, b"no such user")}))
    send_letter(letter_id=str(post.letter.pk))
    assert Letter.objects.undelivered().get().fault == Fault.REFUSED
    assert post.standing() == Standing.BOUNCED


def test_what_comes_back_is_settled_by_a_person_in_one_of_three_ways(post: Post, tmp_path: Path) -> None:
    send_letter(letter_id=str(post.letter.pk))
    returned = tmp_path / "returned"
    returned.write_bytes(b"550 no such user\n\n" + mail.outbox[0].message().as_bytes())
    for _twice in range(2):
        call_command("report_bounce", str(returned), stdout=StringIO())
    assert Entry.objects.filter(action="referral:letter:bounced").count() == 1
    assert post.standing() == Standing.BOUNCED
    page = post.windows[post.alice].get(reverse("referrals:undelivered")).content.decode()
    assert post.referral.reference in page
    assert "correct/" not in page
    looked = Entry.objects.get(action="referral:letters:seen")
    assert (looked.actor_label, looked.facts) == ("alice", {"letters": 1})
    assert reverse("referrals:undelivered") in post.windows[post.alice].get("/referrals/").content.decode()

    assert press(post.windows[post.alice], post.letter, "again") == 302
    second = Letter.objects.get(fault="")
    assert (second.kind, second.reference) == (LetterKind.NEW, post.referral.receiver_reference)
    report_bounce(actor=system_actor("mail"), letter=second)
    assert press(post.windows[post.alice], second, "correct", address="ny@ale.example") == 403
    assert press(post.windows[post.sam], second, "correct", address="nonsense") == 302
    assert press(post.windows[post.sam], second, "correct", address="ny@ale.example") == 302
    third = Letter.objects.get(fault="")
    assert third.contact_point.address == "ny@ale.example"
    assert post.standing() == Standing.VERIFIED
    report_bounce(actor=system_actor("mail"), letter=third)
    assert press(post.windows[post.alice], third, "phoned") == 302
    assert press(post.windows[post.alice], third, "again") == 302
    with pytest.raises(SettledAlready):
        telephone_instead(actor=actor_for(post.sam), user=post.sam, letter=third)
    settled = Letter.objects.order_by("written_at").values_list("settlement", "settled_by__username")
    assert list(settled) == [
        (Settlement.RESENT, "alice"),
        (Settlement.CORRECTED, "sam"),
        (Settlement.PHONED, "alice"),
    ]
    assert Entry.objects.filter(action="referral:letter:settled").count() == 3
    assert signed_in(make_user("bob", "counsellor")).get(reverse("referrals:undelivered")).status_code == 200


def test_the_page_asks_as_much_for_three_letters_as_for_one(post: Post) -> None:
    report_bounce(actor=system_actor("mail"), letter=post.letter)
    client, asked = post.windows[post.alice], []
    client.get("/referrals/")  # the first page of a session asks for more
    for _more in range(2):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("referrals:undelivered"))
        asked.append((page.content.decode().count("<article"), len(queries)))
        for number in range(2):
            letter = write_letter(kind=LetterKind.NEW, contact_point=post.point, reference=f"M-23456{number}")
            report_bounce(actor=system_actor("mail"), letter=letter)
    assert [letters for letters, _queries in asked] == [1, 3]
    assert asked[0][1] == asked[1][1]
