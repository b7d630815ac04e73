"""The auditor's pages of a sealed trail: a proof to take along, and the verification."""

import base64
import json

import pytest
from django.urls import reverse

from audit.actions import Action
from audit.merkle import check_inclusion, leaf_hash
from audit.models import Entry
from audit.notes import VerifierKey, open_note
from tests.audit.factories import make_entries, signed_in
from tests.audit.roles import seal

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("any_role")]


def test_a_proof_can_be_downloaded_and_checked_by_a_stranger() -> None:
    entries = make_entries(5)
    seal()
    client = signed_in("auditor")
    page = client.get(reverse("audit:entry", args=[entries[2]])).content.decode()
    assert "finns i den signerade loggen" in page

    response = client.post(reverse("audit:proof", args=[entries[2]]))

    assert response.headers["Content-Disposition"] == f'attachment; filename="proof-{entries[2]}.json"'
    proof = json.loads(response.content)
    head = open_note(proof["checkpoint"], [VerifierKey.parse(key) for key in proof["verifier_keys"]])
    check_inclusion(
        leaf=leaf_hash(base64.b64decode(proof["leaf"])),
        index=proof["leaf_index"],
        size=head.size,
        path=[base64.b64decode(step) for step in proof["path"]],
        expected=head.root,
    )
    assert b"A-000002" in base64.b64decode(proof["leaf"])
    assert Entry.objects.filter(
        action=Action.TRAIL_PROOF_DOWNLOADED, subject_reference=str(entries[2])
    ).exists()


def test_the_verification_is_shown_and_recorded() -> None:
    make_entries(2)
    seal()
    client = signed_in("auditor")

    page = client.post(reverse("audit:verification")).content.decode()

    assert "Loggen är hel" in page
    assert Entry.objects.get(action=Action.TRAIL_VERIFIED).facts == {"result": "whole"}
