"""The bytes of an entry: one for each, and for nothing else."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.encoding import Body, FactRefused, UnknownEncoding, encode, entry_mac, leaf_content

BODY = Body(
    id=uuid.UUID("3f2b8c1e-0000-4000-8000-000000000001"),
    at=datetime(2026, 11, 22, 9, 0, 0, 1, tzinfo=UTC),
    action="note:text:read",
    actor_label="alice",
    actor_role="counsellor",
    request_id="r1",
    subject_kind="case",
    subject_reference="A-7KQ2MX",
    facts={"basis": "owner", "late": False, "times": 1},
)
texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=4)
facts = st.dictionaries(texts, texts | st.booleans() | st.integers(-(2**63), 2**63 - 1), max_size=2)
bodies = st.builds(
    Body,
    id=st.uuids(),
    at=st.datetimes(timezones=st.just(UTC)),
    action=texts,
    actor_label=texts,
    actor_role=texts,
    request_id=texts,
    subject_kind=texts,
    subject_reference=texts,
    facts=facts,
)


def typed(body: Body) -> tuple[object, ...]:
    """A body as something that tells 1 from True."""
    return (
        *list(vars(body).values())[:-1],
        sorted((name, type(value), value) for name, value in body.facts.items()),
    )


@given(bodies, bodies)
def test_two_bodies_share_their_bytes_only_when_they_are_the_same(one: Body, other: Body) -> None:
    assert (encode(one) == encode(other)) == (typed(one) == typed(other))


@pytest.mark.parametrize(
    "other",
    [
        replace(BODY, actor_label="alicec", actor_role="ounsellor"),
        replace(BODY, subject_kind="cas", subject_reference="eA-7KQ2MX"),
        replace(BODY, facts={"basis": "owner", "late": False, "times": "1"}),
        replace(BODY, facts={"basis": "owner", "late": False, "times": True}),
        replace(BODY, facts={"basis": "owner", "late": 0, "times": 1}),
        replace(BODY, facts={"basis": "owner", "late": False}),
        replace(BODY, facts={"basi": "sowner", "late": False, "times": 1}),
        replace(BODY, at=datetime(2026, 11, 22, 9, 0, 0, 2, tzinfo=UTC)),
    ],
)
def test_neither_borders_nor_types_of_parts_can_be_shifted(other: Body) -> None:
    assert encode(other) != encode(BODY)


def test_the_order_in_which_facts_were_given_does_not_matter() -> None:
    assert encode(replace(BODY, facts=dict(reversed(list(BODY.facts.items()))))) == encode(BODY)


def test_the_encoding_of_version_one_never_changes() -> None:
    digest = entry_mac(encode(BODY), key=bytes(32)).hex()

    assert digest == "87e54dee39ea5b3d0bed40f79e531a42bb604e0e46fe52fab81b870b4a8ba83a"


@pytest.mark.parametrize(
    "fact",
    [1.5, None, b"bytes", [1], {"a": 1}, 2**63, -(2**63) - 1, "nul\x00", "lone\ud800", "x" * 2001, BODY.at],
)
def test_a_fact_that_is_no_text_number_or_truth_is_refused(fact: object) -> None:
    with pytest.raises(FactRefused):
        encode(replace(BODY, facts={"fact": fact}))  # type: ignore[dict-item]


def test_there_is_a_limit_to_how_many_facts_an_entry_has() -> None:
    with pytest.raises(FactRefused):
        encode(replace(BODY, facts={f"fact{number}": number for number in range(33)}))


def test_an_encoding_from_the_future_is_refused() -> None:
    with pytest.raises(UnknownEncoding):
        encode(BODY, version=2)


def test_the_mac_depends_on_its_key_and_the_leaf_on_the_mac() -> None:
    encoded = encode(BODY)
    mac, other = entry_mac(encoded, key=bytes(32)), entry_mac(encoded, key=b"\x01" * 32)

    assert mac != other
    assert leaf_content(encoded, mac) != leaf_content(encoded, other)
