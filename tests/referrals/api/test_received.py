"""A municipality's own system: its referrals and no others, through the portal's verbs, and each request once."""

import json
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from cases.notices.models import Notice
from cases.record.services import add_note
from referrals.referral import services
from referrals.referral.correspondence import Question
from referrals.referral.models import Move, Referral
from referrals.referral.states import Mode, State
from referrals.systems.answers import Asked
from referrals.systems.models import KeptAnswer, System
from referrals.systems.tokens import MOST_A_MINUTE
from tests.cases.factories import signed_in
from tests.databases import host
from tests.referrals.factories import (
    CALLER_PHONE,
    MESSAGE,
    actor_for,
    make_case,
    make_point,
    make_user,
    propose,
)
from tests.referrals.systems_factories import bearing, token_for
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
ANSWERS = ("open", "accept", "decline", "contact", "not-reached", "caller", "outcome", "ask", "answer")


class Scene:
    """Alice refers to Ale, whose system asks; Charlie's town has a system too."""

    def __init__(self) -> None:
        self.alice = make_user("alice", "counsellor")
        self.point = make_point()
        self.ale = bearing(token_for(self.point))
        self.system = System.objects.get()
        self.charlie = bearing(token_for(make_point("0180"), name="Stockholm: ärendesystemet"))
        self.case = make_case(
            self.alice,
            caller_role="parent",
            risk_level="high",
            risk_reason="PLANTED risk",
            concerns=("withdrawal",),
        )
        add_note(actor=actor_for(self.alice), user=self.alice, case=self.case, text="PLANTED note")
        self.referral = self.send()
        self.staff = signed_in(self.alice)

    def send(self, mode: Mode = Mode.THEY_CONTACT) -> Referral:
        referral = propose(self.alice, self.case, self.point, mode=mode)
        return services.send_referral(actor=actor_for(self.alice), user=self.alice, referral=referral)


@pytest.fixture(scope="module")
def begun(world: World) -> Scene:
    return world.make(Scene)


@pytest.fixture
def scene(begun: Scene) -> Scene:
    return copied(begun)


def post(client: Client, referral: Referral, verb: str, key: str = "", **sent: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(
        f"/api/v1/received/{referral.receiver_reference}/{verb}/",
        json.dumps(sent),
        content_type="application/json",
        headers=headers,
    )


def test_a_system_answers_from_opened_to_the_outcome_and_the_sender_is_told(scene: Scene) -> None:
    referral = scene.referral
    listed = scene.ale.get("/api/v1/received/").json()["results"]
    assert [row["reference"] for row in listed] == [referral.receiver_reference]
    assert post(scene.ale, referral, "copy").status_code == 409
    states = []
    for verb, sent in (
        ("open", {}),
        ("accept", {}),
        ("contact", {}),
        ("outcome", {"outcome": "support_started"}),
    ):
        answer = post(scene.ale, referral, verb, key=f"key-{verb}", **sent).json()
        states.append((answer["state"], answer["next_actor"]))
    assert states == [
        ("opened", "receiver"),
        ("accepted", "receiver"),
        ("contact_made", "receiver"),
        ("outcome_reported", "counsellor"),
    ]
    referral.refresh_from_db()
    assert (referral.state, referral.reported_outcome) == (State.OUTCOME_REPORTED, "support_started")
    assert Notice.objects.filter(user=scene.alice, kind="referral_opened").count() == 1
    came = scene.send(Mode.CALLER_CONTACTS)
    post(scene.ale, came, "open", key="o")
    assert post(scene.ale, came, "caller", key="c", outcome="no_need").json()["state"] == "caller_reported"
    made = Entry.objects.filter(action="referral:open:made", subject_reference=referral.reference).get()
    assert (made.actor_label, made.actor_role) == (scene.system.user.username, "recipient")


def test_the_content_is_read_by_a_recorded_look_and_holds_no_byte_that_was_not_chosen(scene: Scene) -> None:
    referral = scene.referral
    seen = [scene.ale.get("/api/v1/received/").content.decode()]
    seen.append(post(scene.ale, referral, "open", key="1").content.decode())
    seen.append(scene.ale.get(f"/api/v1/received/{referral.receiver_reference}/").content.decode())
    response = post(scene.ale, referral, "copy")
    fields = {field["name"]: field["values"] for field in response.json()["fields_sent"]}
    assert (fields["message"], fields["caller_phone"]) == ([MESSAGE], [CALLER_PHONE])
    assert set(fields) == {"caller_role", "message", "caller_phone"}
    assert response.headers["Cache-Control"] == "no-store"
    hidden = [
        "PLANTED",
        scene.case.reference,
        referral.reference,
        scene.case.contacts.get().reference,
        "alice",
    ]
    for text in (*seen, response.content.decode()):
        assert not [value for value in hidden if value in text]
    assert not [text for text in seen if MESSAGE in text or CALLER_PHONE in text]
    assert MESSAGE not in repr(list(KeptAnswer.objects.values()))
    looks = Entry.objects.filter(actor_label=scene.system.user.username).values_list("action", flat=True)
    assert {"api:list:seen", "referral:page:viewed", "referral:copy:read"} <= set(looks)
    Referral.objects.update(consent_until="2020-01-01")
    assert post(scene.ale, referral, "copy").json()["type"].endswith("content-shut")


def test_another_municipalitys_system_cannot_learn_that_the_referral_exists(scene: Scene) -> None:
    referral = scene.referral
    moves = Move.objects.count()
    assert scene.charlie.get("/api/v1/received/").json()["results"] == []
    answers = [scene.charlie.get(f"/api/v1/received/{referral.receiver_reference}/")]
    answers += [post(scene.charlie, referral, verb, key=verb) for verb in (*ANSWERS, "copy")]
    answers.append(scene.charlie.get("/api/v1/received/M-NEVER2/"))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert Entry.objects.filter(action="referral:page:refused").count() == len(answers) - 1
    assert Move.objects.count() == moves
    for reference in (referral.reference, scene.case.reference):
        assert scene.ale.get(f"/api/v1/received/{reference}/").status_code == 404


def test_a_repeated_request_gets_the_same_answer_and_acts_once(scene: Scene) -> None:
    referral = scene.referral
    reason = scene.ale.get("/api/v1/decline-reasons/").json()[0]["code"]
    post(scene.ale, referral, "open", key="o")
    first = post(scene.ale, referral, "decline", key="d", reason=reason)
    again = post(scene.ale, referral, "decline", key="d", reason=reason)
    assert (first.status_code, first.json()["state"]) == (200, "declined")
    assert (again.status_code, again.json()) == (200, first.json())
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert [move.kind for move in Move.objects.order_by("number")] == ["propose", "send", "open", "decline"]
    other = post(scene.ale, referral, "decline", key="d", reason="other")
    elsewhere = post(scene.ale, referral, "accept", key="d")
    assert {other.status_code, elsewhere.status_code} == {422}
    assert other.json()["type"].endswith("idempotency-key-reused")
    assert post(scene.ale, referral, "decline", key="e", reason=reason).status_code == 404


def test_both_sides_programs_ask_and_answer_sealed_recorded_and_once(scene: Scene) -> None:
    referral = scene.referral
    for verb in ("questions", "ask"):
        assert post(scene.ale, referral, verb, key="early", text="PLANTED").status_code == 409
    post(scene.ale, referral, "open", key="o")
    for _twice in range(2):
        asked = post(scene.ale, referral, "ask", key="q", text="PLANTED question?")
    assert asked.json()["questions"] == 1
    assert post(scene.ale, referral, "ask", key="p", text="Ring 070-174 06 33").status_code == 400
    ours = f"/api/v1/referrals/{referral.reference}/"
    assert scene.staff.get(ours).json()["is_asked"] is True
    (read,) = scene.staff.post(f"{ours}questions/", "{}", content_type="application/json").json()
    assert (read["question"], read["is_mine"], read["answer"]) == ("PLANTED question?", False, "")
    said = {"question": read["id"], "text": "PLANTED answer."}
    for words, key, status in ((said, "a", 200), (said, "a", 200), (said | {"text": "Nej"}, "b", 409)):
        headers = {"Idempotency-Key": key}
        told = scene.staff.post(f"{ours}answer/", json.dumps(words), "application/json", headers=headers)
        assert told.status_code == status
    headers = {"Idempotency-Key": "ours"}
    asked = scene.staff.post(
        f"{ours}ask/", '{"text": "PLANTED, kl. 9?"}', "application/json", headers=headers
    )
    assert (asked.status_code, asked.json()["questions"], asked.json()["is_asked"]) == (200, 2, False)
    assert scene.ale.get("/api/v1/received/").json()["results"][0]["is_asked"] is True
    theirs = {each["question"]: each for each in post(scene.ale, referral, "questions").json()}
    assert theirs["PLANTED question?"]["answer"] == "PLANTED answer."
    back = {"question": theirs["PLANTED, kl. 9?"]["id"], "text": "PLANTED, kl. 10."}
    assert post(scene.ale, referral, "answer", key="back", **back).json()["is_asked"] is False
    assert (
        post(scene.ale, referral, "answer", key="none", **back | {"question": str(referral.pk)}).status_code
        == 400
    )
    assert Question.objects.filter(answer=None).count() == 0
    assert post(scene.charlie, referral, "questions").status_code == 404
    looks = Entry.objects.filter(action="referral:question:read").values_list("actor_label", flat=True)
    assert sorted(looks) == sorted(["alice", scene.system.user.username])
    assert "PLANTED" not in repr(list(KeptAnswer.objects.values())) + repr(
        list(Entry.objects.values("facts"))
    )
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(scene.alice, backend="hotline.people.backend.RoleBackend")
    assert strict.post(f"{ours}questions/", "{}", content_type="application/json").status_code == 403


def test_a_system_that_declines_says_who_should_have_it_and_the_counsellor_reads_it(scene: Scene) -> None:
    referral = scene.referral
    reason = scene.ale.get("/api/v1/decline-reasons/").json()[0]["code"]
    post(scene.ale, referral, "open", key="o")
    suggested = {"reason": reason, "municipality": "0180", "function": "school"}
    for wrong in ({"municipality": "9999"}, {"function": "nobody"}):
        assert post(scene.ale, referral, "decline", key="w", **suggested | wrong).status_code == 400
    assert post(scene.ale, referral, "decline", key="d", **suggested).json()["state"] == "declined"
    shown = scene.staff.get(f"/api/v1/referrals/{referral.reference}/").json()["suggestion"]
    assert (shown["municipality"], shown["kind"]) == ("0180", "school")


def test_a_refused_move_says_why_and_says_the_same_when_repeated(scene: Scene) -> None:
    referral = scene.referral
    first = post(scene.ale, referral, "accept", key="early")
    assert (first.status_code, first.json()["type"]) == (409, "tag:stodtelefonen,2026:move-refused")
    post(scene.ale, referral, "open", key="o")
    again = post(scene.ale, referral, "accept", key="early")
    assert (again.status_code, again.json()) == (409, first.json())
    assert again.headers["Content-Type"] == "application/problem+json"
    assert post(scene.ale, referral, "accept", key="late").json()["state"] == "accepted"


def test_of_two_at_once_with_one_key_the_second_is_told_to_wait(scene: Scene) -> None:
    referral = scene.referral
    path = f"/api/v1/received/{referral.receiver_reference}/open/"
    lock = Asked(system=scene.system, key="k", path=path, body={}).lock
    name = str(connection.settings_dict["NAME"])
    with psycopg.connect(host=str(host()), user="postgres", dbname=name) as elsewhere:
        elsewhere.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
        response = post(scene.ale, referral, "open", key="k")
    assert (response.status_code, response.json()["type"]) == (
        409,
        "tag:stodtelefonen,2026:request-under-way",
    )
    assert post(scene.ale, referral, "open", key="k").json()["state"] == "opened"


def test_bad_requests_change_nothing_and_say_what_is_wrong(scene: Scene) -> None:
    referral = scene.referral
    before = Move.objects.count()
    path = f"/api/v1/received/{referral.receiver_reference}/outcome/"
    sent: list[tuple[Any, str, int]] = [
        ('{"outcome": "never_answered"}', "application/json", 400),
        ('{"outcome": "\\u0000"}', "application/json", 400),
        ('{"outcome": "\\ud800"}', "application/json", 400),
        ("[]", "application/json", 400),
        ("{", "application/json", 400),
        ("[" * 9000, "application/json", 400),
        (b"\xff", "application/json", 400),
        ('{"outcome": NaN}', "application/json", 400),
        ("9" * 17_000, "application/json", 413),
        ("outcome=no_need", "application/x-www-form-urlencoded", 415),
    ]
    for number, (body, content_type, status) in enumerate(sent):
        headers = {"Idempotency-Key": str(number)}
        response = scene.ale.post(path, body, content_type=content_type, headers=headers)
        assert (body[:20], response.status_code) == (body[:20], status)
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.json()["status"] == status
    wrong = post(scene.ale, referral, "decline", key="x", reason="no such")
    assert wrong.json()["errors"][0]["field"] == "reason"
    for key in ("", "å", "x" * 256, "two words"):
        assert post(scene.ale, referral, "open", key=key).status_code == 400
    assert Move.objects.count() == before


def test_only_a_live_token_opens_only_these_addresses_and_so_often_a_minute(scene: Scene) -> None:
    referral = scene.referral
    for header in ("", "Bearer", "Bearer x y", "Bearer wrong", "Basic eDp5", "Bearer \xe5"):
        response = Client(headers={"Authorization": header}).get("/api/v1/received/")
        assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
    assert scene.staff.get("/api/v1/received/").status_code == 401
    for path in (
        "referrals/",
        f"referrals/{referral.reference}/",
        "cases/",
        "calls/",
        "directory/",
        "figures/",
    ):
        assert scene.ale.get(f"/api/v1/{path}").status_code == 401
    assert scene.ale.get("/cases/").status_code == 302
    System.objects.filter(pk=scene.system.pk).update(asked=MOST_A_MINUTE, minute=2**40)
    assert scene.ale.get("/api/v1/decline-reasons/").status_code == 200
    System.objects.filter(pk=scene.system.pk).update(asked=MOST_A_MINUTE)
    late = scene.ale.get("/api/v1/decline-reasons/")
    assert (late.status_code, late.headers["Retry-After"]) == (429, "60")
    assert scene.charlie.get("/api/v1/decline-reasons/").status_code == 200


def test_the_list_asks_as_much_for_three_referrals_as_for_one_and_leads_on(scene: Scene) -> None:
    counts = []
    for more in (0, 2):
        for _each in range(more):
            scene.send()
        with CaptureQueriesContext(connection) as queries:
            scene.ale.get("/api/v1/received/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    seen, url = [], "/api/v1/received/?page_size=2"
    while url:
        page = scene.ale.get(url).json()
        seen += [row["reference"] for row in page["results"]]
        url = page["next"]
    assert sorted(seen) == sorted(Referral.objects.values_list("receiver_reference", flat=True))
    for place in ("cD1nYXJiYWdl", "cD0lMDA=", "bz05OTk5OTk5OTk5OTk5OTk5OTk5OQ==", "%00", "?"):
        assert scene.ale.get("/api/v1/received/", {"cursor": place}).status_code in {200, 404}
