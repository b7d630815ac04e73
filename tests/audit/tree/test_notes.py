"""Checkpoints as signed notes."""

import base64
import hashlib

import pytest

from audit import notes
from audit.notes import NoteRefused, TreeHead, VerifierKey, open_note, public_of, sign
from audit.trusted_keys import TrustedKey, open_trusted

SEED, OTHER_SEED = bytes(range(32)), bytes(range(1, 33))
HEAD = TreeHead(origin="line.example/trail/1", size=20852163, root=hashlib.sha256(b"root").digest())
KEY = VerifierKey(name=HEAD.origin, public=public_of(SEED))


def test_a_checkpoint_reads_as_the_format_says() -> None:
    note = sign(HEAD, seed=SEED)

    lines = note.split("\n")
    assert lines[:4] == [HEAD.origin, "20852163", base64.b64encode(HEAD.root).decode(), ""]
    assert lines[4].startswith(f"— {HEAD.origin} ")
    signature = base64.b64decode(lines[4].split(" ")[2])
    key_id = hashlib.sha256(HEAD.origin.encode() + b"\n\x01" + KEY.public).digest()[:4]
    assert signature[:4] == key_id
    assert len(signature) == 4 + 64
    assert lines[5:] == [""]


def test_the_published_example_key_has_its_published_id() -> None:
    key = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")

    assert key.key_id.hex() == "c74f20a3"


def test_the_published_example_signature_is_right() -> None:
    key = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="

    assert notes._signed(text, f"— PeterNeumann {signature}", key)
    assert not notes._signed(text.upper(), f"— PeterNeumann {signature}", key)


def test_a_signed_checkpoint_opens_with_its_key_only() -> None:
    note = sign(HEAD, seed=SEED)

    assert open_note(note, [KEY]) == HEAD
    with pytest.raises(NoteRefused):
        open_note(note, [VerifierKey(name=HEAD.origin, public=public_of(OTHER_SEED))])
    with pytest.raises(NoteRefused):
        open_note(note, [VerifierKey(name="line.example/trail/2", public=KEY.public)])
    with pytest.raises(NoteRefused):
        open_note(note, [])


@pytest.mark.parametrize("position", [0, 25, 40, -60, -10])
def test_a_changed_checkpoint_is_refused(position: int) -> None:
    note = sign(HEAD, seed=SEED)
    position %= len(note)
    changed = note[:position] + ("x" if note[position] != "x" else "y") + note[position + 1 :]

    with pytest.raises(NoteRefused):
        open_note(changed, [KEY])


@pytest.mark.parametrize(
    "note", ["", "\n", "\n\n", "a\n1\nAA==\n", "a\n1\nAA==\n\n", "a\n1\nAA==\n\n— a !!\n"]
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(NoteRefused):
        open_note(note, [KEY])


def test_a_verifier_key_survives_writing_and_reading() -> None:
    assert VerifierKey.parse(str(KEY)) == KEY
    with pytest.raises(NoteRefused):
        VerifierKey.parse(str(KEY).replace(KEY.key_id.hex(), "00000000"))


def test_a_key_is_trusted_for_its_own_sizes_only() -> None:
    note = sign(HEAD, seed=SEED)

    assert open_trusted(note, [TrustedKey(vkey=str(KEY), first_size=1, last_size=HEAD.size)]) == HEAD
    with pytest.raises(NoteRefused):
        open_trusted(note, [TrustedKey(vkey=str(KEY), first_size=1, last_size=HEAD.size - 1)])
    with pytest.raises(NoteRefused):
        open_trusted(note, [TrustedKey(vkey=str(KEY), first_size=HEAD.size + 1)])
