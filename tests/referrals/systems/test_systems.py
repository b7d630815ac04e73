"""Letting a municipality's system in takes two persons of different roles; shutting it out takes one, at once."""

from datetime import timedelta
from typing import NamedTuple

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from audit.models import Entry
from hotline.people import queries
from hotline.people.backend import RoleBackend
from referrals.systems.models import AccessToken, System, SystemSecret
from referrals.systems.services import (
    AlreadyAsked,
    AlreadyDecided,
    SecondPersonNeeded,
    issue_secret,
    request_secret,
    request_system,
    revoke_system,
)
from referrals.systems.tokens import MOST_TOKENS, CredentialsRefused, find_system, issue_token
from tests.cases.factories import signed_in
from tests.hotline.people.factories import make_person, sign_in
from tests.referrals.factories import actor_for, make_point, make_user
from tests.referrals.systems_factories import make_system, two_persons
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


class LetIn(NamedTuple):
    """Sam and Adam have let a municipality's system in."""

    sam: User
    adam: User
    system: System
    secret: str


def let_in() -> LetIn:
    (sam, adam), (system, secret) = two_persons(), make_system(make_point())
    return LetIn(sam, adam, system, secret)


@pytest.fixture(scope="module")
def begun(world: World) -> LetIn:
    return world.make(let_in)


@pytest.fixture
def known(begun: LetIn) -> LetIn:
    return copied(begun)


def test_a_secret_is_issued_by_another_person_with_another_role(known: LetIn) -> None:
    sam, adam = known.sam, known.adam
    sara = make_user("sara", "supervisor")
    system = request_system(actor=actor_for(sam), user=sam, name="Ale", contact_points=[make_point()])
    for somebody in (sam, sara):
        with pytest.raises(SecondPersonNeeded):
            issue_secret(actor=actor_for(somebody), user=somebody, system=system)
    assert not system.user.groups.exists()
    assert not system.user.recipient_of.exists()
    secret = issue_secret(actor=actor_for(adam), user=adam, system=system)
    assert issue_token(client_id=system.reference, secret=secret)
    assert system.user.recipient_of.get().until is None
    with pytest.raises(AlreadyDecided):
        issue_secret(actor=actor_for(adam), user=adam, system=system)
    actions = Entry.objects.filter(subject_reference=system.reference).order_by("at")
    assert [entry.action for entry in actions] == [
        "system:client:requested",
        "system:secret:issued",
        "system:token:issued",
    ]


def test_the_database_itself_refuses_a_secret_issued_by_who_asked_or_by_the_same_role(known: LetIn) -> None:
    kept = known.system.secrets.get()
    for changed in ({"decided_by": kept.requested_by}, {"decided_role": kept.requested_role}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SystemSecret.objects.filter(pk=kept.pk).update(**changed)


def test_neither_secret_nor_token_stands_in_any_table(known: LetIn) -> None:
    _sam, _adam, system, secret = known
    token = issue_token(client_id=system.reference, secret=secret).text
    rows = [*SystemSecret.objects.values(), *AccessToken.objects.values(), *Entry.objects.values()]
    stored = repr(rows) + repr(list(User.objects.values()))
    assert secret not in stored
    assert token not in stored
    assert find_system(token) == system


def test_a_new_secret_leaves_a_day_to_change_over_and_then_alone_works(known: LetIn) -> None:
    sam, adam, system, old = known
    request_secret(actor=actor_for(adam), user=adam, system=system)
    with pytest.raises(AlreadyAsked):
        request_secret(actor=actor_for(sam), user=sam, system=system)
    new = issue_secret(actor=actor_for(sam), user=sam, system=system)
    for secret in (old, new):
        assert issue_token(client_id=system.reference, secret=secret)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert issue_token(client_id=system.reference, secret=new)
        with pytest.raises(CredentialsRefused):
            issue_token(client_id=system.reference, secret=old)


def test_shutting_out_ends_secret_token_and_reach_at_once(known: LetIn) -> None:
    sam, _adam, system, secret = known
    token = issue_token(client_id=system.reference, secret=secret).text
    revoke_system(actor=actor_for(sam), user=sam, system=system)
    assert find_system(token) is None
    with pytest.raises(CredentialsRefused):
        issue_token(client_id=system.reference, secret=secret)
    assert system.user.recipient_of.get().until is not None
    with pytest.raises(AlreadyDecided):
        request_secret(actor=actor_for(sam), user=sam, system=system)


def test_tokens_expire_and_are_few(known: LetIn) -> None:
    _sam, _adam, system, secret = known
    tokens = [issue_token(client_id=system.reference, secret=secret).text for _n in range(MOST_TOKENS + 1)]
    assert find_system(tokens[0]) is None
    assert find_system(tokens[-1]) == system
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert find_system(tokens[-1]) is None


def test_nobody_signs_in_as_a_system_and_it_is_not_among_the_people(known: LetIn) -> None:
    _sam, _adam, system, secret = known
    assert not system.user.has_usable_password()
    assert sign_in(Client(), system.user.username, secret) == 200
    assert not queries.people().filter(pk=system.user_id).exists()
    assert RoleBackend().get_all_permissions(system.user) == {"referrals.receive"}


def test_the_page_asks_issues_once_and_shuts_out() -> None:
    point, browsers = make_point(), {}
    for name, role in (("siv", "supervisor"), ("arne", "administrator")):
        make_person(name, role)
        browsers[name] = Client()
        sign_in(browsers[name], name)
    siv, arne = browsers["siv"], browsers["arne"]
    chosen = siv.get("/systems/new/", {"municipality": "1440"})
    form = siv.get(chosen.headers["Location"]).context["form"]
    filled = {
        "name": "Ale: ärendesystemet",
        "contact_points": [point.pk],
        "client_id": form["client_id"].value(),
    }
    foreign = filled | {"contact_points": [make_point("0180").pk]}
    assert siv.post("/systems/new/1440/", foreign).status_code == 200
    assert [siv.post("/systems/new/1440/", filled).status_code for _press in range(2)] == [302, 302]
    system = System.objects.get(name="Ale: ärendesystemet")
    own = siv.get("/systems/").content.decode()
    assert f"/systems/{system.reference}/issue/" not in own
    assert siv.post(f"/systems/{system.reference}/issue/").status_code == 302
    assert f"/systems/{system.reference}/issue/" in arne.get("/systems/").content.decode()
    shown = arne.post(f"/systems/{system.reference}/issue/")
    secret = shown.context["secret"]
    assert secret in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert issue_token(client_id=system.reference, secret=secret)
    assert secret not in arne.get("/systems/").content.decode()
    assert arne.post(f"/systems/{system.reference}/issue/").status_code == 302
    assert siv.post(f"/systems/{system.reference}/secret/").status_code == 302
    assert siv.post(f"/systems/{system.reference}/refuse/").status_code == 302
    assert issue_token(client_id=system.reference, secret=secret)
    assert siv.post(f"/systems/{system.reference}/revoke/").status_code == 302
    with pytest.raises(CredentialsRefused):
        issue_token(client_id=system.reference, secret=secret)


def test_making_a_system_asks_for_a_fresh_proof_of_who_one_is(known: LetIn) -> None:
    client = signed_in(known.sam)
    response = client.post("/systems/new/1440/", {"name": "x"})
    assert response.status_code == 302
    assert "/accounts/" in response.headers["Location"]
    assert System.objects.get() == known.system
