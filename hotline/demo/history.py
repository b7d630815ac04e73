"""Ninety earlier days for the demo: calls through the intake, conversations and cases through the services.

Everything goes the same way as on a real day; afterwards the rows are dated back to their calls. The trail is not:
its entries carry the moment the demo was loaded, as they must.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.models import User
from django.utils import timezone

from audit.context import Actor, system_actor
from cases.coded.models import CodedValue, Kind, Municipality
from cases.followups.services import plan_follow_up
from cases.record.facts import ContactFacts
from cases.record.models import CallerCode, Case, Contact, Grant, Note
from cases.record.services import add_note, open_case
from hotline.calls import missed
from hotline.calls.models import Call, Outcome
from hotline.demo import wording
from hotline.desk.log import log_call
from hotline.people.roles import role_of

LEFT_TO_LOG = timedelta(hours=20)
LEFT_TO_SIGN_OFF = timedelta(days=4)
MISSED_AT_MOST = 1000
SHARE_COUNSELLING = 0.7
SHARE_CASES = 0.4
SHARE_FOLLOWED_UP = 0.6


def actor_for(user: User) -> Actor:
    """Say who acts when this person does."""
    return Actor(label=user.get_username(), role=role_of(user))


def log_history(counsellors: Sequence[User], *, seed: int) -> list[Case]:
    """Log every answered call but the last day's, and work on some of what they were about; give the cases."""
    random = Random(seed)  # noqa: S311 - a repeatable demonstration, not a secret
    answers = Answers.read()
    cases: list[Case] = []
    answered = Call.objects.filter(
        outcome=Outcome.ANSWERED, contact=None, offered_at__lt=timezone.now() - LEFT_TO_LOG
    )
    for call in answered.order_by("offered_at"):
        user = random.choice(counsellors)
        contact = _log(call, user, answers, random)
        if contact.kind.code == "counselling" and random.random() < SHARE_CASES:
            cases.append(_work(contact, user, random))
    return cases


def sign_off_missed(supervisor: User) -> None:
    """Settle earlier days' missed calls as a supervisor would have; those of the last days are left to do."""
    now = timezone.now()
    missed.settle_answered(actor=system_actor("demo"), at=now)
    waiting = missed.missed_callers(at=now, most=MISSED_AT_MOST)
    for caller in waiting:
        if caller.last_at < now - LEFT_TO_SIGN_OFF:
            missed.sign_off_lost(actor=actor_for(supervisor), reference=caller.newest, at=now)


@dataclass(frozen=True)
class Answers:
    """The codes a conversation can be answered with."""

    codes: dict[str, list[str]]
    municipalities: list[str]

    @classmethod
    def read(cls) -> "Answers":
        """Read them once; the larger municipalities' counties come up as often as the others."""
        codes: dict[str, list[str]] = {}
        for kind, code in CodedValue.objects.filter(retired_at=None).values_list("kind", "code"):
            codes.setdefault(kind, []).append(code)
        return cls(codes, list(Municipality.objects.values_list("code", flat=True)))

    def one(self, kind: Kind, random: Random) -> str:
        """Choose one code of a kind."""
        return random.choice(self.codes[kind.value])

    def some(self, kind: Kind, random: Random) -> tuple[str, ...]:
        """Choose one to three codes of a kind."""
        return tuple(random.sample(self.codes[kind.value], random.randint(1, 3)))


def _log(call: Call, user: User, answers: Answers, random: Random) -> Contact:
    actor = actor_for(user)
    if random.random() > SHARE_COUNSELLING:
        kind = random.choice(["information", "wrong_number", "silent", "professional_consultation"])
        contact = log_call(actor=actor, user=user, call=call, kind=kind)
    else:
        facts, summary = _conversation(answers, random), random.choice(wording.SUMMARIES)
        contact = log_call(
            actor=actor, user=user, call=call, kind="counselling", facts=facts, summary=summary
        )
    logged_at = (call.ended_at or call.offered_at) + timedelta(minutes=4)
    Contact.objects.filter(pk=contact.pk).update(logged_at=logged_at)
    return contact


def _conversation(answers: Answers, random: Random) -> ContactFacts:
    level = random.choice(["", "", "low", "elevated"])
    return ContactFacts(
        acute_danger="no",
        caller_role=answers.one(Kind.CALLER_ROLE, random),
        age_band=answers.one(Kind.AGE_BAND, random),
        gender=answers.one(Kind.GENDER, random),
        concerns=answers.some(Kind.CONCERN, random),
        actions=answers.some(Kind.ACTION, random),
        municipality=random.choice([*random.sample(answers.municipalities, 3), ""]),
        language="swedish" if "swedish" in answers.codes[Kind.LANGUAGE.value] else "",
        risk_level=level,
        risk_reason="Bedömt efter det uppringaren själv har sett." if level else "",
    )


def _work(contact: Contact, user: User, random: Random) -> Case:
    actor = actor_for(user)
    case = open_case(actor=actor, user=user, contact=contact).case
    opened_at = contact.begun_at + timedelta(minutes=20)
    Case.objects.filter(pk=case.pk).update(opened_at=opened_at, state_since=opened_at)
    Grant.objects.filter(case=case).update(given_at=opened_at)
    CallerCode.objects.filter(case=case).update(issued_at=opened_at)
    for days in range(random.randint(0, 2)):
        note = add_note(actor=actor, user=user, case=case, text=random.choice(wording.NOTES))
        _date_back(note, opened_at + timedelta(days=1 + 3 * days, hours=random.randint(0, 5)))
    if random.random() < SHARE_FOLLOWED_UP:
        due_on = timezone.localdate() + timedelta(days=random.randint(0, 10))
        text = random.choice(wording.FOLLOW_UPS)
        plan_follow_up(actor=actor, user=user, case=case, due_on=due_on, text=text)
    return Case.objects.get(pk=case.pk)


def _date_back(note: Note, to: datetime) -> None:
    earlier = min(to, timezone.now() - timedelta(hours=1))
    Note.objects.filter(pk=note.pk).update(added_at=earlier)
    note.versions.update(written_at=earlier)
