from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from pytest_django import Settings

from cases.vault import pseudonyms, rotation
from cases.vault.envelope import EnvelopeRefused
from cases.vault.keyring import KeyringFault, KeyringVersionMissing
from cases.vault.models import DataKey, WrappingVersion
from cases.vault.providers import Wrapped, provider
from cases.vault.providers.transit import TransitProvider
from cases.vault.services import Unreadable
from tests.cases.vault.sealing import ALICE, SENTENCE, make_sealed
from tests.cases.vault.transit_service import TOKEN, TransitService, running_service

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
KEY = bytes(range(32))


@pytest.fixture
def service(settings: Settings) -> Iterator[TransitService]:
    with running_service() as running:
        settings.KEY_PROVIDER = "transit"
        settings.TRANSIT_URL, settings.TRANSIT_TOKEN = running.url, TOKEN
        yield running


def test_a_key_comes_back_and_the_service_saw_each_step(service: TransitService) -> None:
    wrapped = provider().wrap("notes", KEY, b"this key")
    assert wrapped.version == 1
    assert KEY not in wrapped.wrapped
    assert provider().unwrap("notes", wrapped, b"this key") == KEY
    assert service.asked == [
        "POST /v1/transit/encrypt/hotline-notes",
        "POST /v1/transit/decrypt/hotline-notes",
    ]


def test_another_context_version_purpose_or_content_is_refused(service: TransitService) -> None:
    wrapped = provider().wrap("notes", KEY, b"this key")
    altered = Wrapped(1, wrapped.wrapped[:-6] + b"AAAAAA")
    for purpose, given, context in (
        ("notes", wrapped, b"another key"),
        ("notes", Wrapped(2, wrapped.wrapped), b"this key"),
        ("callbacks", wrapped, b"this key"),
        ("notes", altered, b"this key"),
    ):
        with pytest.raises(EnvelopeRefused):
            provider().unwrap(purpose, given, context)


def test_notes_and_callers_work_with_it(service: TransitService) -> None:
    note = make_sealed()
    assert note.read() == SENTENCE
    before = pseudonyms.fingerprint("+46701740605")
    pseudonyms.forget_period_keys()
    assert pseudonyms.fingerprint("+46701740605") == before


def test_rotation_trims_the_old_version_for_good(service: TransitService) -> None:
    note = make_sealed()
    backup = bytes(DataKey.objects.get(pk=note.key).wrapped)
    assert rotation.rotate(actor=ALICE, purpose="notes").version == 2
    assert provider().versions("notes") == [1, 2]
    WrappingVersion.objects.filter(version=1).update(retired_at=timezone.now() - timedelta(days=30))
    assert rotation.destroy_retired(actor=ALICE, purpose="notes", older_than=timedelta(days=30)) == 1
    assert provider().versions("notes") == [2]
    assert note.read() == SENTENCE
    DataKey.objects.filter(pk=note.key).update(wrapped=backup, wrapping_version=1)
    with pytest.raises(KeyringVersionMissing):
        note.read()


def test_an_altered_wrapped_key_makes_the_note_unreadable(service: TransitService) -> None:
    note = make_sealed()
    DataKey.objects.filter(pk=note.key).update(wrapped=b"vault:v1:" + b"A" * 80)
    with pytest.raises(Unreadable):
        note.read()


def test_a_refused_token_or_a_silent_service_is_a_fault_that_tells_no_key(service: TransitService) -> None:
    wrong = TransitProvider(url=service.url, token="s.another")
    silent = TransitProvider(url="http://127.0.0.1:1", token=TOKEN)
    for unusable in (wrong, silent):
        with pytest.raises(KeyringFault, match="did not do encrypt_data for “notes”") as fault:
            unusable.wrap("notes", KEY, b"this key")
        assert fault.value.__cause__ is None


@pytest.mark.parametrize(
    ("name", "match"), [("transit", "TRANSIT_URL and TRANSIT_TOKEN"), ("vault", "can be “local”")]
)
def test_a_provider_that_is_not_set_up_says_so(settings: Settings, name: str, match: str) -> None:
    settings.KEY_PROVIDER, settings.TRANSIT_URL, settings.TRANSIT_TOKEN = name, "", ""
    with pytest.raises(ImproperlyConfigured, match=match):
        provider()
