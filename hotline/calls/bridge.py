"""Connect a counsellor with a caller who asked to be called back: the provider rings both from numbers of ours.

The caller's number goes into the signed answer that has it dialled, and nowhere else: no address, no job, no log.
"""

import logging
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate.contrib.django import app

from audit.actions import Action
from audit.context import Actor, system_actor
from audit.services import Subject, record
from hotline.calls import attempts, callbacks
from hotline.calls.attempts import Result
from hotline.calls.models import CallBackAttempt
from hotline.calls.provider_api import api_of
from hotline.lines.endpoints import endpoint_of, phone_of
from hotline.telephony.answers import Answer, Ask, HangUp, PutThrough, Say
from hotline.telephony.api import ApiError, NotOffered
from hotline.telephony.events import DialResult, Place, Step, Turn
from hotline.telephony.links import Links

logger = logging.getLogger(__name__)
COUNSELLORS_LANGUAGE = "sv"
# Where a bridged call stands, as the turn of its place: the counsellor has picked up, the caller was rung, all is over.
SCREENED, DIALLED, OVER = range(3)
SILENCE, GOODBYE = Answer(), Answer(verbs=(HangUp(),))


@app.task(name="calls.ring_for_call_back")
def ring_for_call_back(attempt: str) -> None:
    """Ring the counsellor for an attempt; the job holds its id and no number."""
    ring_counsellor(UUID(attempt), at=timezone.now())


def ring_counsellor(attempt: UUID, *, at: datetime) -> None:
    """Have the provider ring the counsellor. Run twice, it rings once: who notes it first asks the provider."""
    waiting = CallBackAttempt.objects.filter(pk=attempt, result=Result.RINGING, rung_at=None, ended_at=None)
    if not waiting.update(rung_at=at):
        return
    begun = CallBackAttempt.objects.select_related("by", "call_back__call__line").get(pk=attempt)
    try:
        _ask_the_provider(begun)
    except (ApiError, callbacks.Unreadable) as error:
        logger.warning("A call-back could not be connected: %s", type(error).__name__)
        _note_failure(attempt, at)


@transaction.atomic
def take_turn(turn: Turn, *, at: datetime) -> Answer:
    """Serve one turn of a bridged call; it is no call to the line, so nothing is offered and nothing counted."""
    attempt = attempts.find_open(turn.place.attempt)
    if attempt is None:
        return SILENCE if turn.over else GOODBYE
    actor = Actor(label=f"provider:{turn.provider}", role="provider")
    if turn.place.turn == DIALLED:
        _note_dialled(actor, attempt, turn.dial_result, at)
        return GOODBYE
    if turn.place.turn == OVER or turn.over:
        _note_over(actor, attempt, at)
        return SILENCE
    return _screen(actor, attempt, turn, at)


def _ask_the_provider(attempt: CallBackAttempt) -> None:
    endpoint, call = endpoint_of(attempt.by), attempt.call_back.call
    if endpoint is None or call.line is None:
        raise NotOffered
    links = Links(settings.PUBLIC_BASE_URL)
    api_of(call.provider).create_call(
        to=phone_of(endpoint),
        from_=call.line.number,
        url=links.url(Step.BRIDGE, Place(attempt=attempt.id)),
        status_callback=links.url(Step.BRIDGE, Place(attempt=attempt.id, turn=OVER)),
    )


@transaction.atomic
def _note_failure(attempt: UUID, at: datetime) -> None:
    still_open = attempts.find_open(attempt)
    if still_open:
        actor = system_actor("bridge")
        attempts.conclude_attempt(actor=actor, attempt=still_open, result=Result.FAILED, at=at)


def _screen(actor: Actor, attempt: CallBackAttempt, turn: Turn, at: datetime) -> Answer:
    """Ask the one who picked up to press 1, as a voicemail cannot; then ring the caller."""
    if attempt.ended_at or turn.digits not in {"", "1"}:
        return GOODBYE
    if turn.digits == "1":
        return _put_through(actor, attempt, at)
    with override(COUNSELLORS_LANGUAGE):
        text = Say(_("A call-back for the support line. Press 1, and we ring the caller."))
    ask = Ask(heard=(text, text), step=Step.BRIDGE, place=Place(attempt=attempt.id), timeout_s=8)
    return Answer(verbs=(ask, HangUp()), language=COUNSELLORS_LANGUAGE)


def _put_through(actor: Actor, attempt: CallBackAttempt, at: datetime) -> Answer:
    """Open the number for the provider; asked again, because an answer got lost, the answer is the same."""
    call_back = attempt.call_back
    shown = attempts.caller_id(call_back)
    try:
        number = callbacks.number_of(call_back)
    except callbacks.Unreadable:
        number = ""
    if not shown or not number:
        attempts.conclude_attempt(actor=actor, attempt=attempt, result=Result.FAILED, at=at)
        return GOODBYE
    if attempt.put_through_at is None:
        attempt.put_through_at = at
        attempt.save(update_fields=["put_through_at"])
    subject = Subject("call_back", call_back.reference)
    record(actor=actor, action=Action.CALL_BACK_PUT_THROUGH, subject=subject, attempt=attempt.number)
    place = Place(attempt=attempt.id, turn=DIALLED)
    return Answer(verbs=(PutThrough(phone=number, caller_id=shown, place=place),))


def _note_dialled(actor: Actor, attempt: CallBackAttempt, result: DialResult | None, at: datetime) -> None:
    """Somebody picked up, which may be anybody, so the counsellor says who; nobody did, which the provider knows."""
    if result is DialResult.ANSWERED:
        attempts.hang_up_attempt(attempt=attempt, at=at)
        return
    told = Result.NO_ANSWER if result is DialResult.NO_ANSWER else Result.FAILED
    attempts.conclude_attempt(actor=actor, attempt=attempt, result=told, at=at)


def _note_over(actor: Actor, attempt: CallBackAttempt, at: datetime) -> None:
    """The counsellor's call is over. This may overtake what came of ringing the caller, which then still counts."""
    if attempt.put_through_at is None:
        attempts.conclude_attempt(actor=actor, attempt=attempt, result=Result.FAILED, at=at)
    else:
        attempts.hang_up_attempt(attempt=attempt, at=at)
