import os
from pathlib import Path

import pytest

from cases.vault.keyring import KeyringFault, KeyringVersionMissing, LocalKeyring, faults_of, keyring


def file_of(ring: LocalKeyring, purpose: str, version: int) -> Path:
    return ring.directory / purpose / f"{version}.key"


def test_the_settings_name_the_keyring(ring: LocalKeyring) -> None:
    assert keyring().key("notes", 1) == file_of(ring, "notes", 1).read_bytes()
    assert keyring().static_key("call-ids") == file_of(ring, "call-ids", 1).read_bytes()


def test_a_missing_purpose_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(KeyringFault, match=r"no key for “notes”.*python -m hotline\.demo\.secrets"):
        LocalKeyring(tmp_path / "nowhere").current_version("notes")


def test_a_missing_version_is_told_apart(ring: LocalKeyring) -> None:
    with pytest.raises(KeyringVersionMissing, match="destroyed, or the keyring was not restored"):
        ring.key("notes", 7)


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_a_key_of_another_length_is_refused(ring: LocalKeyring, length: int) -> None:
    file_of(ring, "notes", 1).write_bytes(os.urandom(length))
    with pytest.raises(KeyringFault, match="must hold 32 bytes"):
        ring.key("notes", 1)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_key_that_others_can_reach_is_refused_and_says_how_to_mend_it(
    ring: LocalKeyring, mode: int
) -> None:
    path = file_of(ring, "notes", 1)
    path.chmod(mode)
    with pytest.raises(KeyringFault, match=f"chmod 600 {path}"):
        ring.key("notes", 1)


@pytest.mark.parametrize("purpose", ["../notes", "notes/..", "", "NOTES", "/etc", "notes\n"])
def test_a_purpose_is_no_path(ring: LocalKeyring, purpose: str) -> None:
    with pytest.raises(ValueError, match="not the name of a purpose"):
        ring.key(purpose, 1)


def test_a_new_version_becomes_the_current_one_and_only_its_owner_can_read_it(ring: LocalKeyring) -> None:
    assert ring.add_version("notes") == 2
    assert ring.versions("notes") == [1, 2]
    assert ring.current_version("notes") == 2
    assert file_of(ring, "notes", 2).stat().st_mode & 0o777 == 0o600
    assert ring.key("notes", 2) != ring.key("notes", 1)
    assert [path.name for path in sorted((ring.directory / "notes").iterdir())] == ["1.key", "2.key"]


def test_two_processes_never_make_the_same_version(
    ring: LocalKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring.add_version("notes")
    before = ring.key("notes", 2)
    monkeypatch.setattr(LocalKeyring, "current_version", lambda _ring, _purpose: 1)
    with pytest.raises(FileExistsError):
        ring.add_version("notes")
    assert ring.key("notes", 2) == before
    assert len(list((ring.directory / "notes").iterdir())) == 2


def test_versions_are_ordered_as_numbers(ring: LocalKeyring) -> None:
    for _version in range(10):
        ring.add_version("notes")
    assert ring.current_version("notes") == 11


def test_a_retired_file_is_overwritten_before_it_is_removed(ring: LocalKeyring) -> None:
    ring.add_version("notes")
    path = file_of(ring, "notes", 1)
    before = path.read_bytes()
    other_name = path.with_name("backup")
    other_name.hardlink_to(path)
    ring.retire_version("notes", 1)
    assert ring.versions("notes") == [2]
    assert other_name.read_bytes() != before
    ring.retire_version("notes", 1)  # again does no harm


@pytest.mark.parametrize("version", [1, 2])
def test_the_current_version_cannot_be_retired(ring: LocalKeyring, version: int) -> None:
    with pytest.raises(KeyringFault, match="Rotate first"):
        ring.retire_version("notes", version)
    assert ring.versions("notes") == [1]


def test_a_sound_keyring_has_no_faults(ring: LocalKeyring) -> None:
    assert faults_of(ring) == []


def test_every_fault_is_named_at_once(ring: LocalKeyring) -> None:
    file_of(ring, "notes", 1).write_bytes(b"short")
    file_of(ring, "callbacks", 1).chmod(0o644)
    file_of(ring, "sessions", 1).write_bytes(file_of(ring, "mail-links", 1).read_bytes())
    file_of(ring, "call-ids", 1).unlink()
    faults = "\n".join(faults_of(ring))
    for part in (
        "notes/1.key must hold 32",
        "chmod 600",
        "sessions/1 and mail-links/1 are the same key",
        "“call-ids”",
    ):
        assert part in faults
