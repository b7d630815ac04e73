"""Settings for the tests: the project's own, on secrets and folders made for them under var/test/."""

import os
from pathlib import Path

from hotline.demo.secrets import make_secrets

TEST_DIR = Path(__file__).resolve().parent.parent / "var" / "test"
make_secrets(TEST_DIR / "secrets")

os.environ |= {
    "HOTLINE_TEST": "1",
    "HOTLINE_DEMO": "0",
    "SECRET_KEY_FILE": str(TEST_DIR / "secrets" / "secret_key"),
    "AUDIT_MAC_KEY_FILE": str(TEST_DIR / "secrets" / "audit_mac_key"),
    "AUDIT_SIGNING_KEY_FILE": str(TEST_DIR / "secrets" / "audit_signing_key"),
    "KEYRING_DIR": str(TEST_DIR / "secrets" / "keyring"),
    "AUDIT_CHECKPOINT_DIR": str(TEST_DIR / "checkpoints"),
    "SPOOL_DIR": str(TEST_DIR / "spool"),
    "SPOOL_PUBLIC_KEY_FILE": str(TEST_DIR / "secrets" / "spool_public_key"),
    "SPOOL_PRIVATE_KEY_FILE": str(TEST_DIR / "secrets" / "spool_private_key"),
    "PUBLIC_BASE_URL": "http://testserver",
    "LIVE_URL": "/live/",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "TRUSTED_PROXIES": "",
    "EMAIL_URL": "memorymail://",
    "TWILIO_ACCOUNT_SID": "AC" + 32 * "0",
    "TWILIO_AUTH_TOKEN": 32 * "1",
    "TWILIO_API_URL": "http://127.0.0.1:9",
    "TWILIO_API_KEY_SID": "SK" + 32 * "0",
    "TWILIO_API_KEY_SECRET": 32 * "2",
}
for name in ("DATABASE_URL", "KEYS_DATABASE_URL", "HOTLINE_ROLE"):
    os.environ.pop(name, None)

from hotline.environment import required_key  # noqa: E402 - the environment comes first
from hotline.settings import *  # noqa: E402, F403 - the same
from tests.templates import Undefined  # noqa: E402 - beside the settings it is for

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES = {
    alias: database | {"DATA_DIR": TEST_DIR / "postgres", "CONN_MAX_AGE": 0}
    for alias, database in DATABASES.items()  # noqa: F405
}
AUDIT_SIGNING_KEY_BYTES = required_key("AUDIT_SIGNING_KEY")
STATIC_ROOT = TEST_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WEBHOOK_DEADLINE_S = READINESS_DEADLINE_S = (
    None  # in the test's own transaction; test_deadline.py is about them
)
WHITENOISE_AUTOREFRESH = True  # else every client of every test would list all static files first
LINES_KEPT_S = 0.0  # test_kept.py is about it
SECOND_FACTOR_FORCED = False  # asked for by the tests that are about it
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Undefined()  # type: ignore[index]  # noqa: F405
