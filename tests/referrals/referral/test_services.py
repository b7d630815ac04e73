"""What the staff's and the receiver's verbs leave behind: states, notices, holds, copies, the trail."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from audit.models import Entry
from cases.coded.models import Municipality
from cases.notices.models import Notice
from cases.record.models import Hold
from cases.record.services import protect_case
from cases.vault.services import Owner, Unreadable, keys_of
from referrals.clock.working_days import local_day
from referrals.delivery.models import Letter
from referrals.directory.models import ContactKind
from referrals.referral import services
from referrals.referral.consent import ConsentEnded, ConsentTooNarrow
from referrals.referral.copies import lines_of, read_copy
from referrals.referral.fields import ContactDetailsMissing, FieldNotAllowed, compose
from referrals.referral.models import Move, Referral, SealedCopy
from referrals.referral.moves import MoveRefused
from referrals.referral.outcomes import OutcomeMissing
from referrals.referral.queries import standing_still
from referrals.referral.reasons import OverrideReason, UnverifiedReason, WithdrawReason
from referrals.referral.states import Mode, Outcome, Party, State
from tests.referrals.factories import (
    ALE,
    CALLER_PHONE,
    MESSAGE,
    actor_for,
    consent_to,
    decline_reason,
    make_case,
    make_national,
    make_point,
    make_recipient,
    make_user,
    propose,
)
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


class Town:
    """Alice's case, a municipality's function and Rut who answers for it."""

    def __init__(self) -> None:
        self.alice = make_user("alice", "counsellor")
        self.point = make_point()
        self.rut = make_recipient("rut", self.point)
        self.case = make_case(self.alice, caller_role="parent", age_band="15_17", concerns=("withdrawal",))

    def propose(self, **more: Any) -> Referral:
        return propose(self.alice, self.case, self.point, **more)

    def by_alice(self, referral: Referral) -> dict[str, Any]:
        return {"actor": actor_for(self.alice), "user": self.alice, "referral": referral}

    def by_rut(self, referral: Referral) -> dict[str, Any]:
        return {"actor": actor_for(self.rut), "user": self.rut, "referral": referral}

    def sent(self, **more: Any) -> Referral:
        return services.send_referral(**self.by_alice(self.propose(**more)))

    def accepted(self) -> Referral:
        referral = self.sent()
        services.open_referral(**self.by_rut(referral))
        return services.accept_referral(**self.by_rut(referral))


@pytest.fixture(scope="module")
def begun(world: World) -> Town:
    return world.make(Town)


@pytest.fixture
def town(begun: Town) -> Town:
    return copied(begun)


def holds(town: Town) -> int:
    return Hold.objects.filter(case=town.case, lifted_at=None).count()


def notices(town: Town) -> list[str]:
    return list(Notice.objects.filter(user=town.alice).order_by("at").values_list("kind", flat=True))


def test_they_contact_the_caller_from_proposed_to_verified_and_closed(town: Town) -> None:
    referral = town.accepted()
    assert holds(town) == 1
    services.report_contact(**town.by_rut(referral))
    services.report_outcome(**town.by_rut(referral), outcome=Outcome.SUPPORT_STARTED)
    services.verify_referral(**town.by_alice(referral), outcome=Outcome.SUPPORT_STARTED)
    closed = services.close_referral(**town.by_alice(referral))
    assert (closed.state, closed.outcome) == (State.CLOSED, Outcome.SUPPORT_STARTED)
    assert closed.verified_at is not None
    assert holds(town) == 0
    kinds = [move.kind for move in closed.moves.all()]
    assert kinds == [
        "propose",
        "send",
        "open",
        "accept",
        "report_contact",
        "report_outcome",
        "verify",
        "close",
    ]
    told = [f"referral:{kind}:made" for kind in kinds]
    trail = Entry.objects.filter(subject_reference=closed.reference, action__endswith=":made")
    assert list(trail.order_by("at").values_list("action", flat=True)) == told
    assert notices(town) == [
        "referral_opened",
        "referral_answered",
        "referral_answered",
        "referral_outcome",
    ]


def test_the_caller_contacts_them_and_the_function_tells_that_they_came(town: Town) -> None:
    referral = town.sent(mode=Mode.CALLER_CONTACTS)
    services.report_caller(**town.by_rut(referral), outcome=Outcome.SUPPORT_STARTED)
    closed = services.close_referral(**town.by_alice(referral), outcome=Outcome.SUPPORT_STARTED)
    assert (closed.state, closed.outcome) == (State.CLOSED, Outcome.SUPPORT_STARTED)
    assert [move.to_state for move in closed.moves.all()] == ["proposed", "sent", "caller_reported", "closed"]


def test_an_anonymous_callers_referral_closes_unverified_and_says_why(town: Town) -> None:
    referral = town.accepted()
    services.report_not_reached(**town.by_rut(referral))
    services.report_outcome(**town.by_rut(referral), outcome=Outcome.NOT_REACHED)
    closed = services.close_unverified(**town.by_alice(referral), because=UnverifiedReason.ANONYMOUS)
    assert (closed.outcome, closed.unverified_because) == (Outcome.NOT_REACHED, UnverifiedReason.ANONYMOUS)
    assert holds(town) == 0


def test_nothing_closes_without_an_outcome(town: Town) -> None:
    referral = town.sent(mode=Mode.CALLER_CONTACTS)
    services.report_caller(**town.by_rut(referral))
    with pytest.raises(OutcomeMissing):
        services.close_referral(**town.by_alice(referral))
    with pytest.raises(OutcomeMissing):
        services.close_referral(**town.by_alice(referral), outcome=Outcome.NEVER_ANSWERED)
    referral.refresh_from_db()
    assert (referral.state, holds(town)) == (State.CALLER_REPORTED, 1)


def test_the_database_itself_refuses_an_end_without_outcome_and_a_live_one_without_a_name(town: Town) -> None:
    rows = Referral.objects.filter(pk=town.propose().pk)
    for change in ({"state": "closed"}, {"next_actor": ""}, {"due_on": None}, {"state": "lost"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


def test_moves_and_copies_cannot_be_written_over(town: Town) -> None:
    town.propose()
    for attempt in (
        lambda: Move.objects.update(code="x"),
        lambda: Move.objects.all().delete(),
        lambda: SealedCopy.objects.update(version=9),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_a_second_press_of_the_same_button_changes_nothing(town: Town) -> None:
    referral, press = town.sent(), uuid.uuid4()
    services.open_referral(**town.by_rut(referral), client_id=press)
    services.accept_referral(**town.by_rut(referral))
    moves, entries, told = Move.objects.count(), Entry.objects.count(), notices(town)
    again = services.open_referral(**town.by_rut(referral), client_id=press)
    assert again.state == State.ACCEPTED
    assert (Move.objects.count(), Entry.objects.count(), notices(town)) == (moves, entries, told)
    with pytest.raises(MoveRefused):
        services.open_referral(**town.by_rut(referral), client_id=uuid.uuid4())


def test_a_second_press_of_propose_makes_no_second_referral(town: Town) -> None:
    press = uuid.uuid4()
    assert town.propose(client_id=press) == town.propose(client_id=press)
    assert (Referral.objects.count(), SealedCopy.objects.count(), holds(town)) == (1, 1, 1)


def test_the_sealed_copy_holds_exactly_the_chosen_fields_under_its_own_key(town: Town) -> None:
    referral = town.propose()
    copy = referral.copies.get()
    assert keys_of(Owner("referral", referral.pk)) == [copy.key]
    assert MESSAGE.encode() not in bytes(copy.sealed)
    lines = read_copy(actor=actor_for(town.alice), referral=referral)
    assert [line.values for line in lines][1:] == [[MESSAGE], [CALLER_PHONE]]
    assert len(lines) == 3
    looked = Entry.objects.get(action="referral:copy:read")
    assert (looked.subject_reference, looked.actor_label) == (referral.reference, "alice")


def test_one_referrals_copy_cannot_stand_in_for_anothers(town: Town) -> None:
    first, second = town.propose(), town.propose()
    stolen = first.copies.get()
    second.copies.all().delete()
    SealedCopy.objects.create(
        referral=second, version=1, key=stolen.key, sealed=stolen.sealed, created_at=stolen.created_at
    )
    with pytest.raises(Unreadable):
        read_copy(actor=actor_for(town.alice), referral=second)


def test_a_field_the_caller_did_not_agree_to_cannot_leave(town: Town) -> None:
    consent = consent_to(town.point, ["message"])
    with pytest.raises(ConsentTooNarrow):
        propose_with(town, consent=consent, fields=["message", "age_band"])
    assert not Referral.objects.exists()
    assert holds(town) == 0


def test_consent_to_one_municipality_does_not_reach_another(town: Town) -> None:
    consent = consent_to(make_point("0180"), ["message"])
    with pytest.raises(ConsentTooNarrow):
        propose_with(town, consent=consent, fields=["message"])


def test_a_consent_that_has_ended_sends_nothing(town: Town) -> None:
    referral = town.propose()
    Referral.objects.filter(pk=referral.pk).update(consent_until=local_day() - timedelta(days=1))
    with pytest.raises(ConsentEnded):
        services.send_referral(**town.by_alice(referral))
    assert not Letter.objects.exists()


def propose_with(town: Town, **arguments: Any) -> Referral:
    particulars = services.Particulars(typed={"message": MESSAGE})
    return services.propose_referral(
        actor=actor_for(town.alice),
        user=town.alice,
        case=town.case,
        mode=Mode.CALLER_CONTACTS,
        municipality=Municipality.objects.get(pk=ALE),
        particulars=particulars,
        **arguments,
    )


def test_the_callers_number_leaves_only_when_they_are_to_contact_the_caller(town: Town) -> None:
    with pytest.raises(FieldNotAllowed):
        compose(case=town.case, mode=Mode.CALLER_CONTACTS, fields=["caller_phone"], typed={})
    with pytest.raises(ContactDetailsMissing):
        compose(case=town.case, mode=Mode.THEY_CONTACT, fields=["message"], typed={})
    with pytest.raises(FieldNotAllowed):
        compose(case=town.case, mode=Mode.THEY_CONTACT, fields=["summary"], typed={})


def test_another_contact_point_than_the_rules_name_needs_a_reason(town: Town) -> None:
    other = make_point(kind=ContactKind.SCHOOL)
    with pytest.raises(services.OverrideUnexplained):
        propose(town.alice, town.case, other, contact_point=other)
    referral = propose(town.alice, town.case, other, contact_point=other, override=OverrideReason.CALLER_WISH)
    assert (referral.contact_point, referral.route_override) == (other, "caller_wish")


def test_a_closed_case_is_not_referred(town: Town) -> None:
    type(town.case).objects.filter(pk=town.case.pk).update(state="closing_requested")
    with pytest.raises(services.CaseNotWorkedOn):
        town.propose()


def test_a_colleague_without_a_grant_proposes_nothing(town: Town) -> None:
    bob = make_user("bob", "counsellor")
    with pytest.raises(MoveRefused), transaction.atomic():
        propose(bob, town.case, town.point)
    assert not Referral.objects.exists()


def test_a_decline_is_rerouted_within_the_consent_at_once(town: Town) -> None:
    referral = town.sent()
    services.open_referral(**town.by_rut(referral))
    declined = services.decline_referral(**town.by_rut(referral), reason=decline_reason())
    assert (declined.next_actor, declined.decline_reason) == (Party.COUNSELLOR, decline_reason())
    school = make_point(kind=ContactKind.SCHOOL)
    make_recipient("sol", school)
    moved = services.reroute_referral(**town.by_alice(referral), contact_point=school)
    assert (moved.state, moved.contact_point) == (State.SENT, school)
    assert Letter.objects.filter(contact_point=school, reference=moved.receiver_reference).count() == 1


def test_rerouting_outside_the_consent_waits_for_a_new_one(town: Town) -> None:
    national = make_national()
    referral = town.sent()
    services.open_referral(**town.by_rut(referral))
    services.decline_referral(**town.by_rut(referral), reason=decline_reason())
    moved = services.reroute_referral(**town.by_alice(referral), contact_point=national)
    assert (moved.state, moved.next_actor) == (State.REROUTED, Party.COUNSELLOR)
    with pytest.raises(ConsentTooNarrow):
        services.send_referral(**town.by_alice(referral))
    fields = ["message", "caller_phone"]
    again = services.renew_proposal(
        **town.by_alice(moved),
        consent=consent_to(national, fields),
        fields=fields,
        particulars=services.Particulars(typed={"message": "Kort", "caller_phone": CALLER_PHONE}),
    )
    assert (again.state, again.copies.count()) == (State.PROPOSED, 2)
    lines = read_copy(actor=actor_for(town.alice), referral=again)
    assert [line.values for line in lines] == [["Kort"], [CALLER_PHONE]]
    assert services.send_referral(**town.by_alice(again)).state == State.SENT


def test_told_by_phone_counts_as_opened_never_as_accepted(town: Town) -> None:
    told = services.tell_by_phone(**town.by_alice(town.sent()))
    assert (told.state, told.next_actor) == (State.OPENED, Party.RECEIVER)
    with pytest.raises(MoveRefused):
        services.accept_referral(**town.by_alice(told))


def test_a_withdrawn_referral_has_its_outcome_lets_the_case_go_and_tells_the_receiver(town: Town) -> None:
    ended = services.withdraw_referral(**town.by_alice(town.sent()), because=WithdrawReason.SOLVED)
    assert (ended.state, ended.outcome, ended.withdrawn_because) == ("withdrawn", "withdrawn", "solved")
    assert holds(town) == 0
    assert list(Letter.objects.order_by("written_at").values_list("kind", flat=True)) == ["new", "ended"]


def test_a_person_with_protected_identity_is_never_written_about(town: Town) -> None:
    protect_case(actor=actor_for(town.alice), user=town.alice, case=town.case)
    assert town.sent().state == State.SENT
    assert not Letter.objects.exists()


def test_the_counsellor_who_refers_never_answers_for_the_receiver(town: Town) -> None:
    referral = town.sent()
    Referral.objects.filter(pk=referral.pk).update(counsellor=town.rut)
    with pytest.raises(MoveRefused):
        services.open_referral(**town.by_rut(referral))


def test_what_stands_still_names_who_acts_next_and_by_when(town: Town) -> None:
    referral = town.sent()
    assert list(standing_still(local_day())) == []
    assert referral.due_on is not None
    found = standing_still(referral.due_on + timedelta(days=1)).get()
    assert (found.next_actor, found.due_on) == (Party.RECEIVER, referral.due_on)


def test_two_fields_are_shown_in_the_readers_words() -> None:
    lines = lines_of({"caller_role": ["parent"], "message": ["parent"]})
    assert lines[0].values != ["parent"]
    assert lines[1].values == ["parent"]
