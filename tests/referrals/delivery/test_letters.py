"""Letters: a reference and a link, sent once, tried again, never more than that."""

import smtplib
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django.models import ProcrastinateJob

from audit.models import Entry
from referrals.delivery import mail as delivery
from referrals.delivery.models import Letter, LetterKind
from referrals.delivery.tasks import send_letter
from referrals.delivery.undelivered import MAX_ATTEMPTS
from referrals.directory.models import ContactPoint
from referrals.welcome.links import path_of
from referrals.welcome.services import invite_function
from tests.referrals.factories import CLOCK, make_point

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def point() -> ContactPoint:
    return make_point(function="PLANTED function", phone="PLANTED phone", hours="PLANTED hours")


def write(point: ContactPoint, kind: LetterKind = LetterKind.NEW) -> Letter:
    return delivery.write_letter(kind=kind, contact_point=point, reference="M-234567")


def test_a_letter_of_every_kind_carries_the_reference_and_the_link_and_nothing_else_of_ours(
    point: ContactPoint,
) -> None:
    welcome = invite_function(actor=CLOCK, contact_point=point)
    assert welcome is not None
    for kind in LetterKind:
        mail.outbox.clear()
        is_welcome = kind == LetterKind.WELCOME
        reference = welcome.reference if is_welcome else "M-234567"
        letter = delivery.write_letter(kind=kind, contact_point=point, reference=reference)
        assert delivery.deliver_letter(letter_id=letter.pk)
        sent = mail.outbox[0]
        assert isinstance(sent, mail.EmailMultiAlternatives)
        assert sent.to == [point.address]
        text, html = str(sent.body), str(sent.alternatives[0][0])
        own = {LetterKind.WELCOME: path_of(welcome), LetterKind.CONFIRM: f"/portal/functions/{reference}/"}
        link = own.get(kind, f"/portal/{reference}/")
        for part in (text, html):
            assert reference in part
            assert "http://testserver/portal/" in part
            assert link in part
        assert "PLANTED" not in sent.message().as_string() + text + html
        assert "Ale" not in text + html
        assert reference in sent.subject


def test_the_job_knows_only_the_letter_and_stands_or_falls_with_the_transaction(point: ContactPoint) -> None:
    letter = write(point)
    jobs = ProcrastinateJob.objects.filter(task_name="referrals.send_letter")
    assert [job.args for job in jobs] == [{"letter_id": str(letter.pk)}]
    with transaction.atomic():
        write(point)
        transaction.set_rollback(True)
    assert (jobs.count(), Letter.objects.count()) == (1, 1)


def test_a_repeated_job_sends_nothing_twice(point: ContactPoint) -> None:
    letter = write(point)
    send_letter(letter_id=str(letter.pk))
    send_letter(letter_id=str(letter.pk))
    assert len(mail.outbox) == 1
    assert Entry.objects.filter(action="referral:letter:sent").count() == 1


def test_a_failed_attempt_is_counted_and_tried_again(
    point: ContactPoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = write(point)

    def fails(*_args: Any, **_kwargs: Any) -> int:
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMultiAlternatives.send", fails)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            send_letter(letter_id=str(letter.pk))
    letter.refresh_from_db()
    assert (letter.attempts, letter.sent_at) == (1, None)
    send_letter(letter_id=str(letter.pk))
    letter.refresh_from_db()
    assert letter.attempts == 2
    assert letter.sent_at is not None


def test_the_queue_tries_a_bounded_number_of_times() -> None:
    assert isinstance(send_letter.retry_strategy, RetryStrategy)
    assert send_letter.retry_strategy.max_attempts == MAX_ATTEMPTS
