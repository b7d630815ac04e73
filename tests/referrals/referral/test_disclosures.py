"""What leaves without consent: on a ground, decided by another person; in acute danger by one, and another looks."""

import re
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from cases.coded.models import Municipality
from cases.notices.models import Notice
from cases.record.models import Case
from referrals.clock.moment import clock_at
from referrals.clock.working_days import add_working_days, local_day
from referrals.delivery.models import Letter
from referrals.directory.models import ContactPoint
from referrals.referral import services
from referrals.referral.consent import Consent, GroundMissing, consent_of
from referrals.referral.copies import read_copy
from referrals.referral.deciding import DecisionMissing
from referrals.referral.lone_decisions import Finding, LoneDecision
from referrals.referral.models import Referral
from referrals.referral.reasons import Basis, DisclosureGround, WithdrawReason
from referrals.referral.signing_off import (
    NotYoursToSignOff,
    SignedOffAlready,
    sign_off,
    tell_of_unsigned_disclosures,
    to_sign_off,
)
from referrals.referral.states import Mode, Party, State
from tests.cases.factories import signed_in
from tests.referrals.factories import (
    ALE,
    MESSAGE,
    actor_for,
    make_case,
    make_national,
    make_point,
    make_user,
    propose,
)
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


class Desk:
    """Alice has a case that she wants to tell a municipality of without consent; Sam supervises."""

    def __init__(self) -> None:
        self.alice, self.sam = make_user("alice", "counsellor"), make_user("sam", "supervisor")
        self.point: ContactPoint = make_point(function="Own")
        self.case: Case = make_case(self.alice)
        self.staff, self.supervisor = signed_in(self.alice), signed_in(self.sam)

    def disclose(self, ground: str = DisclosureGround.CHILD, *, acute: bool = False) -> Referral:
        return services.propose_referral(
            **self.by(self.alice),
            case=self.case,
            mode=Mode.CALLER_CONTACTS,
            municipality=Municipality.objects.get(pk=ALE),
            consent=Consent(
                text_version="",
                municipality=self.point.municipality,
                function="Own",
                fields=frozenset({"message"}),
                until=local_day() + timedelta(days=60),
                ground=ground,
            ),
            fields=["message"],
            particulars=services.Particulars(typed={"message": MESSAGE}, acute=acute),
        )

    def by(self, user: User) -> dict[str, Any]:
        return {"actor": actor_for(user), "user": user}


@pytest.fixture(scope="module")
def begun(world: World) -> Desk:
    return world.make(Desk)


@pytest.fixture
def desk(begun: Desk) -> Desk:
    return copied(begun)


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).values_list("kind", flat=True))


def test_another_person_reads_what_leaves_decides_and_sends(desk: Desk) -> None:
    referral = desk.disclose()
    assert (referral.basis, referral.next_step.who) == (Basis.DISCLOSURE, Party.SUPERVISOR)  # type: ignore[union-attr]
    assert told(desk.sam) == ["referral_arrived"]
    with pytest.raises(DecisionMissing):
        services.send_referral(**desk.by(desk.alice), referral=referral)
    moved = services.reroute_referral(
        **desk.by(desk.alice), referral=referral, contact_point=make_point(function="Other")
    )
    assert (moved.state, Letter.objects.count()) == (State.REROUTED, 0)
    second = desk.disclose()
    client = desk.supervisor
    copy = client.post(reverse("referrals:copy", args=[second.reference])).content.decode()
    assert MESSAGE in copy
    assert desk.case.reference not in copy
    client.post(reverse("referrals:send", args=[second.reference]), {"client_id": second.pk})
    second.refresh_from_db()
    assert (second.state, second.decided_by) == (State.SENT, desk.sam)
    sent = Entry.objects.get(action="referral:send:made", subject_reference=second.reference)
    assert (sent.actor_label, sent.facts["ground"], sent.facts["party"]) == ("sam", "child", "supervisor")
    assert client.post(reverse("referrals:copy", args=[second.reference])).status_code == 302


def test_in_acute_danger_one_sends_alone_and_the_others_hear_of_it(desk: Desk) -> None:
    referral = desk.disclose(DisclosureGround.ACUTE_DANGER, acute=True)
    assert told(desk.sam) == []
    sent = services.send_referral(**desk.by(desk.alice), referral=referral)
    assert (sent.state, sent.decided_by) == (State.SENT, desk.alice)
    assert told(desk.sam) == ["disclosure_to_sign_off"]


def test_what_left_alone_stands_with_the_supervisors_until_another_has_looked(desk: Desk) -> None:
    referral = desk.disclose(DisclosureGround.ACUTE_DANGER, acute=True)
    press = uuid.uuid4()
    for _twice in range(2):
        services.send_referral(**desk.by(desk.alice), referral=referral, client_id=press)
    decision = LoneDecision.objects.get()
    assert (decision.decided_by, decision.due_on) == (desk.alice, add_working_days(local_day(), 1))
    services.withdraw_referral(**desk.by(desk.alice), referral=referral, because=WithdrawReason.BY_MISTAKE)
    sam, alice = desk.supervisor, desk.staff
    page, path = (reverse(f"referrals:{name}", args=[referral.reference]) for name in ("detail", "sign-off"))
    for queue in ("/referrals/", "/morning/", reverse("cases:my-day")):
        assert referral.reference in sam.get(queue).content.decode()
    assert path in sam.get(page).content.decode()
    assert MESSAGE in sam.post(reverse("referrals:copy", args=[referral.reference])).content.decode()
    assert path not in alice.get(page).content.decode()
    said = {"decision": decision.pk, "finding": Finding.TOO_MUCH}
    assert alice.post(path, said).status_code == 403
    sam.post(path, said | {"finding": ""})
    with pytest.raises(NotYoursToSignOff):
        sign_off(**desk.by(desk.alice), decision=decision, finding=Finding.JUSTIFIED)
    own = signed_in(maker := make_user("mia", "supervisor"))
    Referral.objects.update(counsellor=maker)
    own.post(path, said)
    Referral.objects.update(counsellor=desk.alice)
    assert not LoneDecision.objects.get().finding
    for _twice in range(2):
        sam.post(path, said)
    decision.refresh_from_db()
    assert (decision.finding, decision.found_by) == (Finding.TOO_MUCH, desk.sam)
    entry = Entry.objects.get(action="referral:disclosure:signed_off")
    assert (entry.actor_label, entry.facts) == ("sam", {"finding": "too_much", "decided_by": "alice"})
    assert told(desk.alice).count("disclosure_signed_off") == 1
    assert not Notice.objects.unseen_by(desk.sam).exists()
    assert "Mer lämnades ut än som behövdes" in alice.get(page).content.decode()
    assert sam.get(page).status_code == 404, "ended, and nothing waits any more"
    with pytest.raises(SignedOffAlready):
        sign_off(**desk.by(maker), decision=decision, finding=Finding.JUSTIFIED)
    with pytest.raises(IntegrityError), transaction.atomic():
        LoneDecision.objects.update(found_by=desk.alice)


def test_a_second_person_or_a_consent_leaves_nothing_to_sign_off_and_delay_is_told_once(desk: Desk) -> None:
    services.send_referral(
        **desk.by(desk.sam), referral=desk.disclose(DisclosureGround.ACUTE_DANGER, acute=True)
    )
    consented = propose(desk.alice, desk.case, desk.point, acute=True)
    services.send_referral(**desk.by(desk.alice), referral=consented)
    assert not LoneDecision.objects.exists()
    alone = desk.disclose(DisclosureGround.ACUTE_DANGER, acute=True)
    services.send_referral(**desk.by(desk.alice), referral=alone)
    assert tell_of_unsigned_disclosures() == 0
    with clock_at(timezone.now() + timedelta(days=6)):
        assert (tell_of_unsigned_disclosures(), tell_of_unsigned_disclosures()) == (1, 0)
    assert told(desk.sam).count("disclosure_to_sign_off") == 2


def test_who_composed_it_anew_does_not_decide_it_nor_sign_it_off(desk: Desk) -> None:
    other, mia = make_national(), make_user("mia", "supervisor")
    for acute in (False, True):
        moved = services.reroute_referral(
            **desk.by(desk.alice), referral=desk.disclose(acute=acute), contact_point=other
        )
        again = services.renew_proposal(
            **desk.by(desk.sam),
            referral=moved,
            consent=replace(consent_of(moved), municipality=None, function=other.function),
            fields=["message"],
            particulars=services.Particulars(typed={"message": "Sam's own words"}),
        )
        if not acute:
            with pytest.raises(DecisionMissing):
                services.send_referral(**desk.by(desk.sam), referral=again)
            assert services.send_referral(**desk.by(mia), referral=again).decided_by == mia
    services.send_referral(**desk.by(desk.sam), referral=again)
    assert not to_sign_off(desk.sam).exists()
    assert to_sign_off(mia).get().decided_by == desk.sam


def test_pressing_again_after_the_decision_puts_no_other_words_into_what_left(desk: Desk) -> None:
    other, press = make_national(), uuid.uuid4()
    moved = services.reroute_referral(
        **desk.by(desk.alice), referral=desk.disclose(), contact_point=other, client_id=press
    )
    anew: dict[str, Any] = desk.by(desk.alice) | {
        "referral": moved,
        "consent": replace(consent_of(moved), municipality=None, function=other.function),
        "fields": ["message"],
    }
    typed = {"message": "decided"}
    again = services.renew_proposal(**anew, particulars=services.Particulars(typed=typed))
    services.send_referral(**desk.by(desk.sam), referral=again)
    pressed = services.Particulars(typed={"message": "put in later"}, client_id=press)
    assert services.renew_proposal(**anew, particulars=pressed).state == State.SENT
    (line,) = read_copy(actor=actor_for(desk.sam), referral=again)
    assert line.values == ["decided"]


def test_what_was_composed_anew_since_it_was_read_does_not_leave_with_the_old_pages_button(
    desk: Desk,
) -> None:
    referral, other, sam = desk.disclose(), make_national(), desk.supervisor
    read = sam.post(reverse("referrals:copy", args=[referral.reference])).content.decode()
    hidden = dict(re.findall(r'name="(client_id|edition)" value="([^"]+)"', read.partition("/send/")[2])[:2])
    moved = services.reroute_referral(**desk.by(desk.alice), referral=referral, contact_point=other)
    services.renew_proposal(
        **desk.by(desk.alice),
        referral=moved,
        consent=replace(consent_of(moved), municipality=None, function=other.function),
        fields=["message"],
        particulars=services.Particulars(typed={"message": "swapped"}),
    )
    sam.post(reverse("referrals:send", args=[referral.reference]), hidden)
    referral.refresh_from_db()
    assert (set(hidden), referral.state) == ({"client_id", "edition"}, State.PROPOSED)
    sam.post(reverse("referrals:send", args=[referral.reference]), hidden | {"edition": 3})
    referral.refresh_from_db()
    assert referral.state == State.SENT


def test_a_disclosure_without_a_known_ground_is_refused_by_the_service_and_the_database(desk: Desk) -> None:
    with pytest.raises(GroundMissing):
        desk.disclose("because")
    rows = Referral.objects.filter(pk=desk.disclose().pk)
    for change in ({"disclosure_ground": ""}, {"state": "sent"}, {"basis": "consent"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


def test_the_form_takes_the_callers_yes_or_a_ground_but_never_neither_and_never_both(desk: Desk) -> None:
    client = desk.staff
    page = reverse("referrals:compose-to", args=[desk.case.reference, ALE])
    filled = {
        "client_id": "7d8f1a52-6a2b-4f6b-9f3c-0a1b2c3d4e5f",
        "mode": Mode.CALLER_CONTACTS.value,
        "contact_point": desk.point.pk,
        "message": MESSAGE,
        "until": "2099-01-01",
        "propose": "1",
    }
    client.post(page, filled)
    client.post(page, filled | {"agreed": "on", "ground": "child"})
    assert not Referral.objects.exists()
    client.post(page, filled | {"ground": "child"})
    made = Referral.objects.get()
    assert (made.disclosure_ground, made.consent_text_version, made.decided_by) == ("child", "", None)


def test_a_hand_over_by_phone_names_the_function_and_when_and_not_a_time_to_come(desk: Desk) -> None:
    referral = propose(desk.alice, desk.case, desk.point, mode=Mode.CALLER_CONTACTS)
    sent = services.send_referral(**desk.by(desk.alice), referral=referral)
    with pytest.raises(services.SpokenLater):
        services.tell_by_phone(**desk.by(desk.alice), referral=sent, at=timezone.now() + timedelta(minutes=5))
    client = desk.staff
    page = reverse("referrals:tell-by-phone", args=[sent.reference])
    client.post(page, {"client_id": sent.pk, "function": "", "at": "2026-11-20T09:30"})
    assert not sent.moves.filter(kind="tell_by_phone").exists()
    client.post(page, {"client_id": sent.pk, "function": "Jouren", "at": "2026-11-20T09:30"})
    move = sent.moves.get(kind="tell_by_phone")
    assert (move.spoken_with, move.actor_label, move.to_state) == ("Jouren", "alice", State.OPENED)
    assert timezone.localtime(move.spoken_at).strftime("%Y-%m-%d %H:%M") == "2026-11-20 09:30"
    detail = client.get(reverse("referrals:detail", args=[sent.reference])).content.decode()
    assert "Jouren" in detail
