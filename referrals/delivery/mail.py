"""Letters to functions: a reference and a link, nothing a reader over the shoulder could learn from.

The row is written and the job deferred in the caller's transaction, so a rolled back move writes no letter.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from audit.actions import Action
from audit.context import system_actor
from audit.services import Subject, record
from referrals.delivery.models import Letter, LetterKind
from referrals.directory.models import ContactPoint
from referrals.welcome.links import path_of
from referrals.welcome.models import Welcome

LETTER_LANGUAGE = "sv"
MESSAGE_DOMAIN = "stodtelefonen"


def write_letter(*, kind: LetterKind, contact_point: ContactPoint, reference: str) -> Letter:
    """Ask for a letter about the receiver's reference; it leaves after the transaction commits."""
    from referrals.delivery.tasks import send_letter  # noqa: PLC0415 - the task calls back into this module

    letter = Letter.objects.create(
        kind=kind, contact_point=contact_point, reference=reference, written_at=timezone.now()
    )
    send_letter.defer(letter_id=str(letter.pk))
    return letter


@transaction.atomic
def deliver_letter(*, letter_id: uuid.UUID) -> bool:
    """Send a letter unless it has left already, or somebody has settled it; say whether it left now.

    Errors: whatever the mail server raises; the caller counts the attempt and tries again. A crash between the
    server's yes and our commit sends it twice, which is why the Message-ID is the letter's own.
    """
    letter = Letter.objects.select_for_update(of=("self",)).select_related("contact_point").get(pk=letter_id)
    if letter.sent_at is not None or letter.settled_at is not None:
        return False
    _compose(letter).send()
    letter.sent_at = timezone.now()
    letter.attempts += 1
    letter.save(update_fields=["sent_at", "attempts"])
    subject = Subject(kind="letter", reference=letter.reference)
    record(actor=system_actor("mail"), action=Action.LETTER_SENT, subject=subject, kind=letter.kind)
    return True


def message_id(letter_id: uuid.UUID) -> str:
    """Name a letter as mail servers do: by it a letter that came back is recognised."""
    return f"<{letter_id}@{MESSAGE_DOMAIN}>"


def _compose(letter: Letter) -> EmailMultiAlternatives:
    context = {"letter": letter, "link": settings.PUBLIC_BASE_URL + _path(letter)}
    with translation.override(LETTER_LANGUAGE):
        subject = render_to_string("referrals/mail/subject.txt", context).strip()
        text = render_to_string("referrals/mail/letter.txt", context)
        html = render_to_string("referrals/mail/letter.html", context)
    message = EmailMultiAlternatives(
        subject,
        text,
        to=[letter.contact_point.address],
        headers={"Message-ID": message_id(letter.pk)},
    )
    message.attach_alternative(html, "text/html")
    return message


def _path(letter: Letter) -> str:
    """Lead to the referral, to the function's own details, or to where a function makes its first account."""
    if letter.kind == LetterKind.WELCOME:
        return path_of(Welcome.objects.get(reference=letter.reference))
    if letter.kind == LetterKind.CONFIRM:
        return reverse("referrals:portal-function", args=[letter.reference])
    return reverse("referrals:portal-referral", args=[letter.reference])
