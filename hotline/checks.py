"""System checks of the whole house; those of `check --deploy` stop what must never serve people in need."""

import base64
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections

from cases.vault.keyring import KeyringFault, faults_of, keyring
from hotline.calls.webhooks import registered, secrets_of

KEY_BYTES = 32
SYSTEM = "SELECT system_identifier FROM pg_control_system()"
Check = Callable[..., list[CheckMessage]]


def deployment(check: Callable[[], Iterator[Error]]) -> Check:
    """Register a check that `check --deploy` runs."""

    def run(app_configs: Sequence[AppConfig] | None = None, **_options: Any) -> list[CheckMessage]:
        del app_configs  # these checks are about the whole house
        return list(check())

    register(run, Tags.security, deploy=True)
    return run


@deployment
def not_a_demo() -> Iterator[Error]:
    """The demo signs anybody in, and its settings must not be lying about."""
    if settings.HOTLINE_DEMO:
        yield Error("The demo mode is on.", hint="Unset HOTLINE_DEMO.", id="hotline.E001")
    if (settings.VAR_DIR / "demo.env").exists():
        yield Error("var/demo.env is here, and every command reads it.", hint="Remove it.", id="hotline.E002")
    if settings.EMBEDDED_DATABASE:
        yield Error(
            "The databases are the embedded ones.",
            hint="Set DATABASE_URL and KEYS_DATABASE_URL.",
            id="hotline.E003",
        )
    if settings.DEBUG:
        yield Error("DEBUG is on: error pages show what they worked on.", id="hotline.E004")


@deployment
def doors_are_closed() -> Iterator[Error]:
    """A second factor is demanded, and pages are reached encrypted, by the names they have."""
    if not settings.SECOND_FACTOR_FORCED:
        yield Error("People may sign in without a second factor.", id="hotline.E005")
    if not settings.PUBLIC_BASE_URL.startswith("https://"):
        yield Error("PUBLIC_BASE_URL is not encrypted.", hint="Use https://…", id="hotline.E006")
    if "*" in settings.ALLOWED_HOSTS:
        yield Error("ALLOWED_HOSTS allows any name.", hint="Name the hosts.", id="hotline.E007")


@deployment
def keys_are_sound() -> Iterator[Error]:
    """Every key is there, long enough, and none serves two purposes."""
    if settings.KEY_PROVIDER == "local":
        for fault in faults_of(keyring()):
            yield Error(fault, id="hotline.E008")
    keys = dict(_keys())
    for name, key in keys.items():
        if len(key) < KEY_BYTES:
            yield Error(f"{name} is shorter than {KEY_BYTES} bytes.", id="hotline.E009")
    names = sorted(keys)
    for place, name in enumerate(names):
        for other in names[place + 1 :]:
            if keys[name] == keys[other]:
                yield Error(
                    f"{name} and {other} are the same key.", hint="Make a random one each.", id="hotline.E010"
                )


@deployment
def databases_are_apart() -> Iterator[Error]:
    """Keys and what they open are on two servers, reached over verified connections, and nobody is a superuser."""
    try:
        systems = {alias: _ask(alias, SYSTEM) for alias in ("default", "keys")}
        superusers = _ask("default", "SELECT count(*) FROM auth_user WHERE is_superuser")
    except DatabaseError:
        yield Error("A database does not answer, so nothing about it can be checked.", id="hotline.E011")
        return
    if systems["default"] == systems["keys"]:
        yield Error(
            "Main and keys database are on one server: one backup holds both.",
            hint="Point KEYS_DATABASE_URL at a server of its own.",
            id="hotline.E012",
        )
    if superusers:
        yield Error("There are superusers.", hint="Nobody may pass every gate.", id="hotline.E013")
    for alias in systems:
        if connections[alias].settings_dict["OPTIONS"].get("sslmode") != "verify-full":
            yield Error(
                f"The connection “{alias}” does not verify its server.",
                hint="Add ?sslmode=verify-full to its address.",
                id="hotline.E014",
            )


@deployment
def providers_are_whole() -> Iterator[Error]:
    """A telephone provider that is set up by half refuses every call, and nobody would notice before a caller."""
    for provider in registered().values():
        secrets = secrets_of(provider)
        if any(secrets.values()) and not provider.is_configured(secrets):
            yield Error(
                f"The telephone provider {provider.name} is set up by half and refuses everything.",
                hint=f"It needs what docs/telephony.md says of: {' '.join(provider.settings)}.",
                id="hotline.E015",
            )


def _keys() -> Iterator[tuple[str, bytes]]:
    yield "SECRET_KEY", _plain(settings.SECRET_KEY)
    yield "AUDIT_MAC_KEY", settings.AUDIT_MAC_KEY_BYTES
    if settings.AUDIT_SIGNING_KEY_BYTES is not None:
        yield "AUDIT_SIGNING_KEY", settings.AUDIT_SIGNING_KEY_BYTES
    for purpose in ("call-ids", "caller-codes", "sessions", "mail-links"):
        try:
            yield f"keyring {purpose}", keyring().static_key(purpose)
        except KeyringFault:
            continue


def _plain(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return text.encode()


def _ask(alias: str, question: str) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]
