"""What a recipient sees: the chosen fields of the live referrals of their contact point, and not a byte more."""

from datetime import date

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.actions import Action
from audit.models import Entry
from cases.coded.models import CodedValue
from cases.notices.models import Notice
from cases.record.models import Case
from cases.record.services import add_note
from referrals.delivery.models import Letter
from referrals.delivery.tasks import send_letter
from referrals.directory.models import ContactKind, Recipient
from referrals.directory.recipients import end_recipient
from referrals.referral import services
from referrals.referral.models import Move, Referral
from referrals.referral.reasons import WithdrawReason
from referrals.referral.states import Mode, Outcome, State
from tests.cases.factories import signed_in
from tests.referrals.factories import (
    CALLER_PHONE,
    CLOCK,
    MESSAGE,
    actor_for,
    decline_reason,
    make_case,
    make_point,
    make_recipient,
    make_user,
    propose,
)
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

ANSWERS = ("open", "accept", "decline", "contact", "not-reached", "caller", "outcome")


class Portal:
    """Alice has sent a referral to the function that Rut answers for; Charlie answers for another town's.

    `staff`, `receiver` and `neighbour` are their browsers.
    """

    def __init__(self) -> None:
        self.alice = make_user("alice", "counsellor")
        self.point = make_point()
        self.rut = make_recipient("rut", self.point)
        self.charlie = make_recipient("charlie", make_point("0180"))
        self.case = make_case(
            self.alice,
            caller_role="parent",
            age_band="15_17",
            gender="man",
            concerns=("withdrawal",),
            risk_level="high",
            risk_reason="PLANTED risk",
            ideologies=(("misogyny", "assumed"),),
            language="sv",
        )
        add_note(actor=actor_for(self.alice), user=self.alice, case=self.case, text="PLANTED note")
        self.referral = self.send()
        self.staff, self.receiver, self.neighbour = map(signed_in, (self.alice, self.rut, self.charlie))

    def send(self, mode: Mode = Mode.THEY_CONTACT) -> Referral:
        referral = propose(self.alice, self.case, self.point, mode=mode)
        return services.send_referral(actor=actor_for(self.alice), user=self.alice, referral=referral)


@pytest.fixture(scope="module")
def begun(world: World) -> Portal:
    return world.make(Portal)


@pytest.fixture
def portal(begun: Portal) -> Portal:
    return copied(begun)


def page(referral: Referral, name: str = "referral") -> str:
    return reverse(f"referrals:portal-{name}", args=[referral.receiver_reference])


def press(referral: Referral, client: Client, name: str, **fields: str) -> int:
    button = {"client_id": "7d8f1a52-6a2b-4f6b-9f3c-0a1b2c3d4e5f"} | fields
    return client.post(page(referral, name), button).status_code


def test_opening_is_recorded_told_to_the_sender_and_shows_what_was_chosen(portal: Portal) -> None:
    referral, client = portal.referral, portal.receiver
    before = client.get(page(referral)).content.decode()
    assert MESSAGE not in before
    response = client.post(page(referral, "open"), {"client_id": "7d8f1a52-6a2b-4f6b-9f3c-0a1b2c3d4e5f"})
    after = response.content.decode()
    assert MESSAGE in after
    assert CALLER_PHONE in after
    assert "no-store" in response.headers["Cache-Control"]
    assert Referral.objects.get().state == State.OPENED
    assert Entry.objects.filter(action="referral:copy:read", actor_label="rut").count() == 1
    assert Notice.objects.filter(user=portal.alice, kind="referral_opened").count() == 1


def test_the_receiver_and_the_letter_get_no_byte_that_was_not_chosen(portal: Portal) -> None:
    referral, client = portal.referral, portal.receiver
    seen = [client.get(reverse("referrals:portal-inbox")).content.decode()]
    seen.append(client.get(page(referral)).content.decode())
    seen.append(client.post(page(referral, "open"), {"client_id": referral.pk}).content.decode())
    own = (reverse("referrals:portal-figures"), reverse("referrals:portal-functions"))
    seen += [client.get(path, follow=True).content.decode() for path in own]
    send_letter(letter_id=str(Letter.objects.get().pk))
    seen.append(mail.outbox[0].message().as_string())
    hidden = [
        "PLANTED",
        portal.case.reference,
        referral.reference,
        portal.case.contacts.get().reference,
        "alice",
        *labels_of("age_band", "gender", "concern", "risk_level", "ideology"),
    ]
    for text in seen:
        for value in hidden:
            assert value not in text, value
    assert MESSAGE not in seen[-1]
    assert CALLER_PHONE not in seen[-1]


def labels_of(*kinds: str) -> list[str]:
    """Give the labels of what is coded in the case but was not chosen, where they are long enough to search for."""
    codes = {"age_band": "15_17", "concern": "withdrawal", "risk_level": "high", "ideology": "misogyny"}
    values = CodedValue.objects.filter(kind__in=kinds, code__in=codes.values())
    return [label for value in values for label in (value.label_sv, value.label_en) if len(label) > 4]


def test_charlie_cannot_learn_that_the_referral_exists(portal: Portal) -> None:
    referral = portal.referral
    moves = Move.objects.count()
    client = portal.neighbour
    assert client.get(page(referral)).status_code == 404
    for name in ANSWERS:
        assert press(referral, client, name) == 404, name
    refused = Entry.objects.filter(action=Action.REFERRAL_REFUSED, subject_reference=referral.reference)
    assert set(refused.values_list("actor_label", "actor_role")) == {("charlie", "recipient")}
    assert refused.count() == 1 + len(ANSWERS)
    assert Move.objects.count() == moves
    assert referral.receiver_reference not in client.get(reverse("referrals:portal-inbox")).content.decode()


def test_a_look_at_a_referral_is_recorded_on_both_sides(portal: Portal) -> None:
    referral = portal.referral
    portal.receiver.get(page(referral))
    portal.staff.get(reverse("referrals:detail", args=[referral.reference]))
    looks = Entry.objects.filter(action=Action.REFERRAL_VIEWED, subject_reference=referral.reference)
    assert list(looks.order_by("at").values_list("actor_label", flat=True)) == ["rut", "alice"]


def test_the_staffs_reference_opens_nothing_in_the_portal(portal: Portal) -> None:
    referral = portal.referral
    assert portal.receiver.get(f"/portal/{referral.reference}/").status_code == 404


def test_what_is_not_sent_yet_or_has_ended_is_gone(portal: Portal) -> None:
    client = portal.receiver
    proposed = propose(portal.alice, portal.case, portal.point)
    assert client.get(page(proposed)).status_code == 404
    referral = portal.referral
    assert client.get(page(referral)).status_code == 200
    services.withdraw_referral(
        actor=actor_for(portal.alice), user=portal.alice, referral=referral, because=WithdrawReason.SOLVED
    )
    assert client.get(page(referral)).status_code == 404
    assert press(referral, client, "open") == 404


def test_another_live_referral_keeps_only_its_own(portal: Portal) -> None:
    first, second, client = portal.referral, portal.send(), portal.receiver
    press(first, client, "open")
    press(
        first, client, "decline", reason=decline_reason().pk, client_id="0b0e1a52-6a2b-4f6b-9f3c-0a1b2c3d4e5f"
    )
    assert client.get(page(first)).status_code == 404
    assert client.get(page(second)).status_code == 200


def test_whoever_no_longer_answers_for_the_function_sees_nothing(portal: Portal) -> None:
    referral = portal.referral
    end_recipient(actor=CLOCK, recipient=Recipient.objects.get(user=portal.rut))
    assert portal.receiver.get(page(referral)).status_code == 404


def test_after_the_consents_last_day_the_copy_stays_shut(portal: Portal) -> None:
    referral, client = portal.referral, portal.receiver
    press(referral, client, "open")
    Referral.objects.update(consent_until="2020-01-01")
    response = client.post(page(referral, "open"), {"client_id": referral.pk})
    assert MESSAGE not in response.content.decode()
    assert Entry.objects.filter(action="referral:copy:read").count() == 1


def test_a_municipality_answers_from_opened_to_the_outcome(portal: Portal) -> None:
    referral, client = portal.referral, portal.receiver
    for number, (name, fields) in enumerate(
        [
            ("open", {}),
            ("accept", {}),
            ("contact", {}),
            ("outcome", {"outcome": Outcome.SUPPORT_STARTED.value}),
        ]
    ):
        press(referral, client, name, client_id=f"7d8f1a52-6a2b-4f6b-9f3c-00000000000{number}", **fields)
    referral.refresh_from_db()
    assert (referral.state, referral.reported_outcome) == (State.OUTCOME_REPORTED, Outcome.SUPPORT_STARTED)


def test_the_function_reports_that_the_caller_came(portal: Portal) -> None:
    referral, client = portal.send(Mode.CALLER_CONTACTS), portal.receiver
    assert press(referral, client, "caller", outcome=Outcome.NO_NEED.value) == 302
    referral.refresh_from_db()
    assert (referral.state, referral.reported_outcome) == (State.CALLER_REPORTED, Outcome.NO_NEED)


def test_a_double_click_and_a_late_click_are_answered_gracefully(portal: Portal) -> None:
    referral, client = portal.referral, portal.receiver
    press(referral, client, "open")
    again = "0b0e1a52-6a2b-4f6b-9f3c-0a1b2c3d4e5f"
    assert press(referral, client, "accept", client_id=again) == 302
    assert press(referral, client, "accept", client_id=again) == 302
    late = client.post(
        page(referral, "decline"), {"client_id": referral.pk, "reason": decline_reason().pk}, follow=True
    )
    assert late.status_code == 200
    assert 'data-color="danger"' in late.content.decode()
    assert [move.kind for move in Move.objects.order_by("number")] == ["propose", "send", "open", "accept"]


def test_declining_without_a_reason_changes_nothing(portal: Portal) -> None:
    referral, client = portal.referral, portal.receiver
    press(referral, client, "open")
    press(referral, client, "decline", client_id=str(referral.pk))
    referral.refresh_from_db()
    assert referral.state == State.OPENED


def test_only_recipients_enter_the_portal(portal: Portal) -> None:
    others = {role: signed_in(make_user(role, role)) for role in ("supervisor", "auditor", "administrator")}
    for role, client in ({"counsellor": portal.staff} | others).items():
        assert client.get(reverse("referrals:portal-inbox")).status_code == 403, role
        refused = Entry.objects.filter(action="access:page:refused", actor_role=role)
        assert refused.count() == 1, role


def test_a_recipient_enters_no_page_of_the_staff(portal: Portal) -> None:
    for path in ("/referrals/", "/directory/", "/directory/1440/"):
        assert portal.receiver.get(path).status_code == 403, path


def inbox_queries(portal: Portal) -> int:
    client = signed_in(portal.rut)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(reverse("referrals:portal-inbox"))
    assert response.content.decode().count('class="panel') == Referral.objects.count()
    return len(queries)


def test_the_inbox_asks_as_much_for_three_referrals_as_for_one(portal: Portal) -> None:
    one = inbox_queries(portal)
    portal.send()
    portal.send()
    assert inbox_queries(portal) == one


def test_what_waits_for_the_recipient_stands_first_in_the_inbox(portal: Portal) -> None:
    done, waits = portal.referral, portal.send()
    Referral.objects.filter(pk=done.pk).update(next_actor="counsellor", due_on=date(2026, 11, 1))
    inbox = portal.receiver.get(reverse("referrals:portal-inbox")).content.decode()
    assert inbox.index(waits.receiver_reference) < inbox.index(done.receiver_reference)


def test_the_case_is_held_from_the_first_to_the_last_of_its_referrals(portal: Portal) -> None:
    referral = portal.referral
    assert Case.objects.get().holds.filter(lifted_at=None).count() == 1
    services.withdraw_referral(
        actor=actor_for(portal.alice), user=portal.alice, referral=referral, because=WithdrawReason.SOLVED
    )
    assert Case.objects.get().holds.filter(lifted_at=None).count() == 0


def test_the_portal_offers_only_what_can_be_done(portal: Portal) -> None:
    make_point(kind=ContactKind.SCHOOL)
    referral, client = portal.referral, portal.receiver
    press(referral, client, "open")
    offered = client.get(page(referral)).content.decode()
    assert page(referral, "accept") in offered
    assert page(referral, "decline") in offered
    assert page(referral, "outcome") not in offered
