"""The one world the matrix walks through: somebody of every role, and a thing of every kind, owned by whom it is."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from uuid import UUID, uuid4

from django.contrib.auth.models import AnonymousUser, User
from django.utils import timezone

from audit.models import Entry
from cases.coded.models import CodedValue, Municipality
from cases.merging.services import merge_cases
from cases.note_templates.models import NoteTemplate
from cases.notices.services import notify
from cases.record.models import Case, CaseState, LifeKind
from cases.record.services import amend_note
from cases.record.services.life import note_turn
from cases.rehoming.services import leave_cases
from cases.vault.models import DataKey
from cases.vault.services import Owner, keys_of
from hotline.calls.manual import ByHand, enter_call
from hotline.guidance.models import News, ShelfEntry
from hotline.lines.diversions import divert
from hotline.lines.models import Closure, Line, OpeningHours
from hotline.lines.shifts import plan_shift
from hotline.people.changes import request_new_credentials
from hotline.people.roles import Role
from referrals.delivery.models import Fault, Letter, LetterKind
from referrals.directory.importing import bring_table, export_table
from referrals.directory.models import ContactKind, ContactPoint
from referrals.directory.recipients import name_recipient
from referrals.referral.questions import ask_question
from referrals.referral.services import send_referral, tell_by_phone
from referrals.routing.models import RoutingRule
from referrals.systems.services import request_system
from referrals.welcome.models import Welcome
from referrals.welcome.services import invite_function
from tests.cases import factories as cases
from tests.hotline.calls.work import asked_for, came_in
from tests.hotline.factories import make_line
from tests.hotline.people.factories import make_invitation, make_person
from tests.matrix.rules import KEPT_APART, RECEIVED
from tests.referrals import factories as referrals

SECRET = "kvittrande igelkottar"
"""Stands in every text that is kept sealed: whatever shows it must have said so in the trail."""
PLACES = (referrals.ALE, "0180", "0114")
Things = Mapping[str, str]


class Scene:
    """The house with somebody of every role; to the recipient, what was sent to their function is their own."""

    def __init__(self) -> None:
        Municipality.objects.exclude(code__in=PLACES)._raw_delete("default")  # every form would list all 290
        self.people = {role: make_person(f"the_{role}", role) for role in Role.values}
        self.left = make_person("left")
        User.objects.filter(pk=self.left.pk).update(is_active=False)
        self.left.refresh_from_db()
        self.carol, self.dan, self.erik = make_person("carol"), make_person("dan"), make_person("erik")
        self.line = make_line(hours=[(0, "09:00", "15:00")])
        self.point, self.elsewhere = referrals.make_point(), referrals.make_point("0180")
        name_recipient(actor=referrals.CLOCK, user=self.people[Role.RECIPIENT], contact_point=self.point)
        self.open = self._open_to_all()
        self.case_workers = (self.people[Role.COUNSELLOR], self.people[Role.SUPERVISOR])
        self.colleagues = self._kept_apart(self.carol, let_in=True)
        self.strangers = self._kept_apart(self.carol, point=self.elsewhere)
        self.own = {user.pk: self._kept_apart(user) for user in self.case_workers}
        self.purged = self._purged(self.case_workers[0])

    def sets(self, person: User | AnonymousUser, kinds: Iterable[str]) -> dict[str, Things]:
        """Give the sets of things to ask for, by whose they are to this person; only those that differ."""
        kinds = set(kinds)
        if not kinds:
            return {"own": {}}
        unknown: dict[str, Things] = {"unknown": {}}
        if not kinds & KEPT_APART:
            return {"own": self.open} | unknown
        whole = {whose: self.open | things for whose, things in self._ways_to(person, kinds).items()}
        return {"a stranger's": self.open | self.strangers} | whole | unknown

    def _ways_to(self, person: User | AnonymousUser, kinds: set[str]) -> dict[str, dict[str, str]]:
        if kinds & RECEIVED:
            return {"own": self.colleagues} if person == self.people[Role.RECIPIENT] else {}
        if person not in self.case_workers:
            return {}
        ways = {"own": self.own[person.pk], "a colleague's": self.colleagues}
        return ways | ({"purged": self.purged} if person == self.case_workers[0] else {})

    def _kept_apart(
        self, owner: User, *, let_in: bool = False, point: ContactPoint | None = None
    ) -> dict[str, str]:
        """Make a case with everything that hangs on it; `let_in` gives the case workers a grant."""
        case, merged = cases.make_case(owner, summary=SECRET), cases.make_case(owner, summary=SECRET)
        merge_cases(actor=cases.actor_for(owner), user=owner, kept=case, merged=merged)
        turn = note_turn(case, LifeKind.RESUMED, by=owner, reason=SECRET)
        referral = referrals.propose(owner, case, point or self.point)
        for verb in (send_referral, tell_by_phone):
            verb(actor=cases.actor_for(owner), user=owner, referral=referral)
        question = ask_question(actor=cases.actor_for(owner), user=owner, referral=referral, text=SECRET)
        if let_in:
            for user in self.case_workers:
                cases.let_in(user, case)
                cases.let_in(user, merged)
        return {
            "case": case.reference,
            "merged case": merged.reference,
            "turn": str(turn.pk),
            "note": self._amended_note(case, owner),
            "version of a note": "2",
            "follow-up": cases.make_follow_up(case, owner, text=SECRET).reference,
            "hand-over": cases.hand_over(case, owner, self.dan, SECRET).reference,
            "second look": cases.ask(case, owner, self.dan, SECRET).reference,
            "emergency opening": str(cases.break_in(self.erik, case, SECRET).pk),
            "contact": case.contacts.order_by("begun_at")[0].reference,
            "referral": referral.reference,
            "referral whose case is open": referral.reference,
            "received referral": referral.receiver_reference,
            "question": str(question.pk),
            "own function": referral.contact_point.reference,
            "notice": str(notify(users=[owner], kind="case_opened", reference=case.reference)[0].pk),
        }

    def _without_owner(self) -> Case:
        left = make_person("leaving")
        case = cases.make_case(left)
        leave_cases(actor=cases.actor_for(left), user=left, person=left)
        return case

    def _amended_note(self, case: Case, owner: User) -> str:
        note = cases.make_note(case, owner, SECRET)
        amend_note(
            actor=cases.actor_for(owner),
            user=owner,
            note=note,
            text=f"{SECRET} igen",
            reason="mer är känt",
            expected_version=1,
        )
        return note.reference

    def _purged(self, owner: User) -> dict[str, str]:
        things = self._kept_apart(owner)
        purged = Case.objects.filter(reference__in=(things["case"], things["merged case"]))
        outcome = CodedValue.objects.choosable("outcome")[0]
        purged.update(state=CaseState.PURGED, outcome=outcome, closed_at=timezone.now())
        for case in purged:
            DataKey.objects.filter(pk__in=keys_of(Owner("case", case.pk))).delete()
        return things

    def _table(self, person: User) -> UUID:
        """Bring in what the directory says already, so that it can be shown and carried out."""
        actor = cases.actor_for(person)
        return bring_table(actor=actor, user=person, text=export_table(actor=actor), client_id=uuid4()).pk

    def _undelivered(self) -> Letter:
        now = timezone.now()
        return Letter.objects.create(
            kind=LetterKind.WELCOME,
            contact_point=self.point,
            reference="W-222222",
            written_at=now,
            fault=Fault.REFUSED,
            failed_at=now,
        )

    def _first_day(self) -> Welcome:
        welcome = invite_function(actor=referrals.CLOCK, contact_point=referrals.make_point("0114"))
        assert welcome is not None
        return welcome

    def _open_to_all(self) -> dict[str, str]:
        """Make one of every thing that is for all who hold the permission."""
        return self._of_the_calls() | self._of_the_line() | self._of_people() | self._kept() | self._outside()

    def _of_the_calls(self) -> dict[str, str]:
        now, dan = timezone.now(), self.dan
        call, actor = came_in("CAmissed", at=now), cases.actor_for(dan)
        answered = ByHand(line=self.line, at=now - timedelta(hours=1), talked=timedelta(minutes=5))
        return {
            "call": call.reference,
            "call-back": asked_for(self.line, at=now - timedelta(minutes=5)).reference,
            "call by hand": enter_call(actor=actor, user=dan, entered=answered, now=now).reference,
            "diversion": str(divert(actor=actor, user=dan, call=call, hours=4).pk),
            "entry": str(Entry.objects.all()[0].pk),
        }

    def _of_the_line(self) -> dict[str, str]:
        now, dan = timezone.now(), self.dan
        shift = plan_shift(
            actor=cases.actor_for(dan),
            user=dan,
            line=self.line,
            starts_at=now,
            ends_at=now + timedelta(hours=4),
            client_id=uuid4(),
        )
        closure = Closure.objects.create(line=None, first_day=date(2026, 12, 23), last_day=date(2026, 12, 24))
        return {
            "shift": str(shift.pk),
            "line": self.line.number,
            "line's id": str(Line.objects.get().pk),
            "closure": str(closure.pk),
            "stretch of hours": str(OpeningHours.objects.get().pk),
            "prompt": "greeting",
        }

    def _of_people(self) -> dict[str, str]:
        dan, administrator = self.dan, self.people[Role.ADMINISTRATOR]
        change = request_new_credentials(actor=cases.actor_for(administrator), user=administrator, person=dan)
        return {
            "person": dan.username,
            "change": change.reference,
            "invitation": make_invitation(username="invited").reference,
            "case without an owner": self._without_owner().reference,
        }

    def _kept(self) -> dict[str, str]:
        """Give what is written down for everybody: guidance, lists, places."""
        now = timezone.now()
        news = News.objects.create(id=uuid4(), text="Ny", first_day=now, last_day=now, by=self.dan)
        return {
            "phase": "listening",
            "language": "sv",
            "note template": str(NoteTemplate.objects.all()[0].pk),
            "checklist": "acute",
            "shelf entry": str(ShelfEntry.objects.filter(retired_at=None)[0].pk),
            "news": str(news.pk),
            "kind of value": "concern",
            "value": "withdrawal",
            "municipality": referrals.ALE,
            "county": referrals.ALE[:2],
        }

    def _outside(self) -> dict[str, str]:
        """Give what concerns the functions that receive referrals."""
        administrator = self.people[Role.ADMINISTRATOR]
        system = request_system(
            actor=cases.actor_for(administrator),
            user=administrator,
            name="Ale",
            contact_points=[self.point],
        )
        return {
            "letter": str(self._undelivered().pk),
            "first day": self._first_day().reference,
            "rule": str(RoutingRule.objects.create(number=1, kind=ContactKind.SCHOOL).pk),
            "place of a rule": "1",
            "contact point": self.point.reference,
            "system": system.reference,
            "table": str(self._table(self.dan)),
        }
