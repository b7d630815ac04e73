"""Letters to people who work here: a link and nothing about anybody else."""

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hotline.people.models import Invitation

LETTER_LANGUAGE = "sv"


@app.task(name="people.send_invitation", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def send_invitation(reference: str) -> None:
    """Send an invitation that is still open; the link is made here, so that no queue ever holds it."""
    from hotline.people.invitations import link_for  # noqa: PLC0415 - inviting defers this task

    invitation = Invitation.objects.get(reference=reference)
    if not invitation.is_open or invitation.sent_at is None:
        return
    with translation.override(LETTER_LANGUAGE):
        context = {"invitation": invitation, "link": link_for(invitation)}
        text = render_to_string("hotline/people/invitation.txt", context)
        EmailMessage(_("Your account at Stödtelefonen"), text, to=[invitation.email]).send()
