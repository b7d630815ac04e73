"""The project's settings: everything that differs between hosts comes from the environment."""

from pathlib import Path

from csp.constants import NONE, SELF

from hotline import databases, logs
from hotline.environment import env, optional, optional_key, required, required_key, required_list, var_dir

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = var_dir()

HOTLINE_DEMO = env.bool("HOTLINE_DEMO", default=False)
HOTLINE_TEST = env.bool("HOTLINE_TEST", default=False)
HOTLINE_ROLE = env.str("HOTLINE_ROLE", default="web")
DEBUG = False

# Secrets and places. A missing one stops the start with a sentence that says how to make it.
SECRET_KEY = required("SECRET_KEY")
PUBLIC_BASE_URL = required("PUBLIC_BASE_URL").rstrip("/")
LIVE_URL = required("LIVE_URL")
ALLOWED_HOSTS = required_list("ALLOWED_HOSTS")
TRUSTED_PROXIES = required_list("TRUSTED_PROXIES")
KEYRING_DIR = Path(required("KEYRING_DIR"))
KEY_PROVIDER = env.str("KEY_PROVIDER", default="local")
TRANSIT_URL, TRANSIT_TOKEN = optional("TRANSIT_URL"), optional("TRANSIT_TOKEN")
TRANSIT_MOUNT, TRANSIT_PREFIX = optional("TRANSIT_MOUNT"), optional("TRANSIT_PREFIX")
AUDIT_MAC_KEY_BYTES = required_key("AUDIT_MAC_KEY")
AUDIT_SIGNING_KEY_BYTES = required_key("AUDIT_SIGNING_KEY") if HOTLINE_ROLE == "sequencer" else None
AUDIT_CHECKPOINT_DIR = Path(required("AUDIT_CHECKPOINT_DIR"))
SPOOL_DIR = Path(required("SPOOL_DIR"))
SPOOL_PUBLIC_KEY_BYTES, SPOOL_PRIVATE_KEY_BYTES = (
    optional_key("SPOOL_PUBLIC_KEY"),
    optional_key("SPOOL_PRIVATE_KEY"),
)
# One file per telephone provider; what each needs to know is named in its file and comes from the environment.
TELEPHONY_PROVIDERS = env.list(
    "TELEPHONY_PROVIDERS",
    default=[
        "hotline.telephony.twilio.Twilio",
        "hotline.telephony.elks.Elks",
        "hotline.telephony.generic.Generic",
    ],
)
TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN = optional("TWILIO_ACCOUNT_SID"), optional("TWILIO_AUTH_TOKEN")
TWILIO_API_URL = env.str("TWILIO_API_URL", default="https://api.twilio.com")
TWILIO_API_KEY_SID = optional("TWILIO_API_KEY_SID")
TWILIO_API_KEY_SECRET = optional("TWILIO_API_KEY_SECRET")
LINE_FALLBACK_URL, TEST_CALL_NUMBER = optional("LINE_FALLBACK_URL"), optional("TEST_CALL_NUMBER")
DELETE_PROVIDER_RECORDS = env.bool("DELETE_PROVIDER_RECORDS", default=False)

# Databases
EMBEDDED_DATABASE = databases.is_embedded()
DATABASES = databases.configure(
    role=HOTLINE_ROLE, data=VAR_DIR / "postgres", may_embed=HOTLINE_DEMO or HOTLINE_TEST
)
DATABASE_ROUTERS = ["hotline.databases.KeysRouter"]
LISTEN_DATABASE_URL = "" if EMBEDDED_DATABASE else required("LISTEN_DATABASE_URL")
SILENCED_SYSTEM_CHECKS = ["models.W045"]  # one constraint is written in SQL; the database keeps it
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rooms: hotline → referrals → cases → audit, only look down.
INSTALLED_APPS = [
    "hotline",
    "referrals",
    "cases",
    "audit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "simple_history",
    "procrastinate.contrib.django",
]
CASE_TIMELINE = [
    "hotline.calls.timeline.for_case",
    "hotline.guidance.timeline.for_case",
    "referrals.staff.timeline.for_case",
    "cases.record.timeline.for_case",
    "cases.followups.timeline.for_case",
    "cases.handover.timeline.for_case",
    "cases.second_looks.timeline.for_case",
    "cases.break_glass.timeline.for_case",
    "cases.merging.timeline.for_case",
]
MY_DAY = [
    "hotline.calls.my_day.claimed_by",
    "referrals.staff.my_day.mine",
    "referrals.staff.first_days.on_my_day",
]
NOTICE_PAGES = {
    "referral_opened": "referrals:detail",
    "referral_answered": "referrals:detail",
    "referral_outcome": "referrals:detail",
    "referral_overdue": "referrals:detail",
    "referral_asked": "referrals:detail",
    "referral_told": "referrals:detail",
    "disclosure_to_sign_off": "referrals:detail",
    "disclosure_signed_off": "referrals:detail",
    "referral_arrived": "referrals:detail",
    "welcome_unredeemed": "referrals:detail",
    "letter_undelivered": "referrals:undelivered",
    "recipient_ended": "referrals:contact-point",
    "line_unstaffed": "desk:desk",
}
SHIFT_END = "hotline.lines.shifts.end_of_shift"
CASE_ACTIONS = ["referrals.staff.timeline.begin_from_case"]
VAULT_KEY_HOLDERS: list[str] = [
    "hotline.key_holders.of_the_door",
    "referrals.key_holders.of_the_copies",
    "cases.key_holders.of_the_record",
]
LEAVING = ["hotline.lines.duty.go_off_duty"]
RECIPIENT_ACCOUNTS = {
    "open": "hotline.people.recipient_accounts.open_recipient_account",
    "propose": "hotline.people.recipient_accounts.propose_deputy",
    "on_the_way": "hotline.people.recipient_accounts.names_on_the_way",
}
PROTECT_LINE = "hotline.statistics.disclosure_control.protect_whole_line"
VAULT_FINGERPRINT_HOLDERS = [
    "hotline.calls.retention.forget_fingerprints",
    "hotline.lines.diversions.forget_fingerprints",
]

# Serving
ROOT_URLCONF = "hotline.urls"
WSGI_APPLICATION = "hotline.wsgi.application"
MIDDLEWARE = [
    "hotline.middleware.RequestIdentity",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hotline.middleware.Acting",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hotline.middleware.SignedInRules",
]
# How long a caller's answer waits for the database, and readiness for everything; None works in the asker's thread.
WEBHOOK_DEADLINE_S: float | None = 0.7
READINESS_DEADLINE_S: float | None = 3.0
# How long callers may still meet what a line was, in seconds: its plan and diversions are not read for every call.
LINES_KEPT_S = 3.0
WEBHOOK_MIDDLEWARE = ["hotline.middleware.RequestIdentity"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
IS_SECURE = PUBLIC_BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]
SECURE_SSL_REDIRECT = IS_SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 63_072_000 if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# Templates, languages, time
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hotline.navigation.navigation",
            ],
        },
    },
]
FORM_RENDERER = "hotline.rendering.HouseRenderer"
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
TIME_ZONE = LINE_TIME_ZONE = "Europe/Stockholm"
USE_TZ = True

# Static files: our own, and the published files of the front-end packages.
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    ("designsystemet", NODE_MODULES / "@digdir" / "designsystemet-css" / "dist"),
    ("htmx", NODE_MODULES / "htmx.org" / "dist"),
    ("inter", NODE_MODULES / "@fontsource-variable" / "inter"),
]
WHITENOISE_USE_FINDERS = HOTLINE_DEMO or HOTLINE_TEST
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if WHITENOISE_USE_FINDERS
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# People
AUTHENTICATION_BACKENDS = ["hotline.people.backend.RoleBackend"]
LOGIN_URL, LOGIN_REDIRECT_URL = "/accounts/login/", "/"
SESSION_ENGINE = "hotline.people.sessions"
SESSION_COOKIE_NAME = "__Host-session" if IS_SECURE else "session"
SESSION_COOKIE_AGE = 12 * 60 * 60  # a working day, however busy
IDLE_SECONDS, IDLE_GRAIN_SECONDS = 30 * 60, 60
SECOND_FACTOR_FORCED = not HOTLINE_DEMO
CACHES = {"default": {"BACKEND": "hotline.people.shared_cache.SharedCache"}}
ACCOUNT_ADAPTER = "hotline.people.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "hotline.people.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_RATE_LIMITS = {
    "login_failed": "5/15m/key,100/15m/ip",
    "login": "200/m/ip",
    "reauthenticate": "10/m/user",
}
MFA_ADAPTER = "hotline.people.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "add_webauthn": "hotline.people.forms.AddPasskeyForm",
    "edit_webauthn": "hotline.people.forms.RenamePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_SECURE
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Logs: what failed and where, never what was in it.
LOGGING = logs.configuration()

# Mail
_email = env.email_url_config(required("EMAIL_URL"))
EMAIL_BACKEND = _email.get("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST, EMAIL_PORT = _email.get("EMAIL_HOST", ""), _email.get("EMAIL_PORT", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = (
    _email.get("EMAIL_HOST_USER", ""),
    _email.get("EMAIL_HOST_PASSWORD", ""),
)
EMAIL_USE_TLS = bool(_email.get("EMAIL_USE_TLS"))
EMAIL_FILE_PATH = "/" + _email["EMAIL_FILE_PATH"].lstrip("/") if _email.get("EMAIL_FILE_PATH") else None
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", default="stodtelefonen@localhost")
ADMINS: list[tuple[str, str]] = []

# The public schema; the browsable API is off.
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["audit.api.parsing.BoundedJSON"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["audit.api.authentication.SignedIn"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "hotline.api.problems.answer_error",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Stödtelefonen",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "CallState": "hotline.calls.models.State",
        "CallOutcome": "hotline.calls.models.Outcome",
        "CaseState": "cases.record.models.CaseState",
        "ReferralState": "referrals.referral.states.State",
        "ReferralMove": "referrals.referral.states.MoveKind",
        "ReferralMode": "referrals.referral.states.Mode",
        "ReferralOutcome": "referrals.referral.states.Outcome",
        "ReportedOutcome": "referrals.api.serializers.OUTCOMES",
        "Party": "referrals.referral.states.Party",
        "ContactPointKind": "referrals.directory.models.ContactKind",
    },
}
