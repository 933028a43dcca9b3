"""Django settings. Everything that differs between installations comes from TINHSO_* or DATABASE_URL (env.py)."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url

from tinhso.config import env

BASE_DIR: Path = env.ROOT
DATA_DIR: Path = env.data_folder()
DEMO = env.flag("DEMO")
DEBUG = env.flag("DEBUG")
# A real installation sets TINHSO_SECRET_KEY (tinhso doctor insists); the demo value names itself.
SECRET_KEY = env.text("SECRET_KEY", "demo-only-secret-key-never-use-in-production-0000000000")
ALLOWED_HOSTS = env.text("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
PUBLIC_URL = env.text("PUBLIC_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
# Where pages find the live stream: empty behind a reverse proxy that sends /day/ to the push process, else its address.
PUSH_URL = env.text("PUSH_URL")
# The identity provider that citizens sign in with; the demo starts a simulated one.
VNEID_URL = env.text("VNEID_URL")
# The secret that the bank signs its messages with (two, parted by a space, while it changes), and the bank's address
# for statements and transfers; the demo starts a simulated bank.
BANK_SECRET = env.text("BANK_SECRET")
BANK_URL = env.text("BANK_URL").rstrip("/")
# The national public-service portal: its address (empty: the exchange is off), who we are there, what we sign in with;
# and what the portal signs in with at our own door. The demo starts a simulated portal and says so.
NATIONAL_URL = env.text("NATIONAL_URL").rstrip("/")
NATIONAL_UNIT = env.text("NATIONAL_UNIT")
NATIONAL_USER = env.text("NATIONAL_USER")
NATIONAL_SECRET = env.text("NATIONAL_SECRET")
NATIONAL_DOOR_USER = env.text("NATIONAL_DOOR_USER", "cong-quoc-gia")
NATIONAL_DOOR_SECRET = env.text("NATIONAL_DOOR_SECRET")
NATIONAL_PATIENCE = env.number("NATIONAL_PATIENCE", 20)
NATIONAL_IS_SIMULATED = env.flag("NATIONAL_IS_SIMULATED")
# The national reporting system: its address (empty: nothing is sent) and what we sign in with; the demo simulates one.
REPORTS_URL = env.text("REPORTS_URL").rstrip("/")
REPORTS_SECRET = env.text("REPORTS_SECRET")
# The exchange platform: the name of our instance in identifiers, and where its data plane listens (empty: none runs).
EXCHANGE_INSTANCE = env.text("EXCHANGE_INSTANCE", "TINHSO")
EXCHANGE_URL = env.text("EXCHANGE_URL").rstrip("/")
# Where other exchanges reach our data plane, as our description for peers says.
EXCHANGE_PUBLIC_URL = env.text("EXCHANGE_PUBLIC_URL", EXCHANGE_URL).rstrip("/")
# Where the data plane finds our own connectors: the web process beside it.
EXCHANGE_CONNECTORS_URL = env.text("EXCHANGE_CONNECTORS_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
# Addresses of this very machine ("host:port", blank between) to which events may be pushed all the same.
EXCHANGE_MAY_REACH = frozenset(env.text("EXCHANGE_MAY_REACH", "").split())
# The national platform (NDXP/NDOP) behind the connectors: its address and what we sign in with; the demo simulates one.
NATIONAL_DATA_URL = env.text("NATIONAL_DATA_URL").rstrip("/")
NATIONAL_DATA_CLIENT = env.text("NATIONAL_DATA_CLIENT")
NATIONAL_DATA_SECRET = env.text("NATIONAL_DATA_SECRET")
# The province whose seed folder is loaded: a folder name under foundation/orgs/seeds, or a path.
PROVINCE = env.text("PROVINCE", "hatinh")

FOUNDATION = [
    "text",
    "outside",
    "audit",
    "events",
    "jobs",
    "orgs",
    "people",
    "places",
    "access",
    "calendar",
    "numbering",
    "files",
    "notices",
    "ui",
    "oversight",
    "privacy",
    "testing",
]
ENGINES = [
    "forms",
    "workflow",
    "indicators",
    "indicators.boards",
    "signing",
    "payments",
    "printing",
    "search",
    "exchange",
    "registers",
]
SYSTEMS = [
    "procedures",
    "procedures.counter",
    "procedures.afterwards",
    "procedures.catalogue",
    "procedures.performance",
    "procedures.fees",
    "procedures.processes",
    "procedures.authoring",
    "procedures.national",
    "procedures.proactive",
    "procedures.declared",
    "resolution",
    "reporting",
    "databases",
    "opendata",
    "opendata.harvest",
]
FACES = ["registers", "govstack", "portal", "data", "desk", "command", "wall", "exchange", "admin", "api", "cli"]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    *[f"tinhso.foundation.{name}" for name in FOUNDATION],
    *[f"tinhso.engines.{name}" for name in ENGINES],
    *[f"tinhso.systems.{name}" for name in SYSTEMS],
    *[f"tinhso.faces.{name}" for name in FACES],
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
]

# Jobs: every app's jobs.py is read at start (foundation/jobs).
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
# Handled events are forgotten after this many days; they are a means of work, no official record.
EVENTS_KEEP_DAYS = env.number("EVENTS_KEEP_DAYS", 90)

MIDDLEWARE = [
    "tinhso.foundation.files.uploads.BodyBoundMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # A page on a slow line is a third of its size; against BREACH the tokens are masked and the length is padded.
    "django.middleware.gzip.GZipMiddleware",
    "tinhso.foundation.text.middleware.CleanTextMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "tinhso.foundation.access.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "tinhso.foundation.people.middleware.RefusalMiddleware",
    "tinhso.foundation.people.middleware.SessionRulesMiddleware",
    "tinhso.foundation.people.middleware.KeptPostMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "tinhso.config.urls"
WSGI_APPLICATION = "tinhso.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "tinhso.foundation.ui.folding.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tinhso.foundation.ui.context.ui",
            ],
        },
    },
]

DATABASES: dict[str, Any] = {
    "default": dj_database_url.config(default="postgresql://tinhso@127.0.0.1:5432/tinhso", conn_max_age=0),
}
# As Django's for PostgreSQL; what comes often is planned once per connection. 0 for a pooler that lends connections
# by the transaction and knows no prepared statements.
DATABASES["default"]["ENGINE"] = "tinhso.foundation.database"
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"]["prepare_after"] = env.number("DB_PREPARE_AFTER", 10)
DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 2, "max_size": env.number("DB_POOL", 8), "timeout": 15}
DATABASES["default"]["TEST"] = {"NAME": env.text("TEST_DB") or None}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Account"

FORM_RENDERER = "tinhso.foundation.ui.renderers.UiRenderer"
CSRF_FAILURE_VIEW = "tinhso.foundation.ui.views.csrf_failure"
# --- Accounts. The numbers are TCVN 14423:2026 level 3; each may be set by TINHSO_<NAME> (people/rules.py).
ACCOUNT_RULES: dict[str, int] = {
    "idle_minutes": env.number("IDLE_MINUTES", 15),
    "idle_minutes_administrator": env.number("IDLE_MINUTES_ADMINISTRATOR", 5),
    "wrong_tries": env.number("WRONG_TRIES", 5),
    "lock_minutes": env.number("LOCK_MINUTES", 15),
    "unused_days": env.number("UNUSED_DAYS", 45),
    "min_length": env.number("PASSWORD_LENGTH", 14),
    "min_length_with_mfa": env.number("PASSWORD_LENGTH_WITH_MFA", 8),
    "administrator_password_months": env.number("ADMINISTRATOR_PASSWORD_MONTHS", 2),
    "password_history": env.number("PASSWORD_HISTORY", 10),
    "review_months": env.number("REVIEW_MONTHS", 6),
    "step_up_minutes": env.number("STEP_UP_MINUTES", 15),
}
# Roles whose holders are administrators: second factor required, shorter idle lock, password changed by the clock.
ADMINISTRATOR_ROLES = ("administrator",)
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# scrypt's cost for the PIN of a signing key (at 2**14: 16 MiB and about 50 ms a guess). Sealed keys stand on it: never
# changed on an installation that has some.
PIN_STRETCHING = 2**14
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "tinhso.foundation.people.passwords.LengthValidator"},
    {"NAME": "tinhso.foundation.people.passwords.NotTheNameValidator"},
    {"NAME": "tinhso.foundation.people.passwords.NotCommonValidator"},
    {"NAME": "tinhso.foundation.people.passwords.HistoryValidator"},
]
AUTHENTICATION_BACKENDS = ["tinhso.foundation.people.backends.SignInBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/tai-khoan/"
ACCOUNT_ADAPTER = "tinhso.foundation.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = ACCOUNT_RULES["step_up_minutes"] * 60
# Wrong tries are counted in the database (people/sign_in.py); these bound only floods from one address.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "", "reauthenticate": "60/m/user"}
ACCOUNT_FORMS = {
    "login": "tinhso.foundation.people.forms.SignInForm",
    "change_password": "tinhso.foundation.people.forms.NewPasswordForm",
    "set_password": "tinhso.foundation.people.forms.FirstPasswordForm",
}
MFA_ADAPTER = "tinhso.foundation.people.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "Tỉnh Số"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PUBLIC_URL.startswith("https://")
MFA_FORMS = {
    "authenticate": "tinhso.foundation.people.forms.CodeForm",
    "reauthenticate": "tinhso.foundation.people.forms.CodeAgainForm",
    "activate_totp": "tinhso.foundation.people.forms.AppOnForm",
    "add_webauthn": "tinhso.foundation.people.forms.AddKeyForm",
    "edit_webauthn": "tinhso.foundation.people.forms.EditKeyForm",
}
# Harvest of other portals: addresses inside the house ("host:port", blank between) that may be read all the same, and
# the simulator that the demo starts.
HARVEST_SIMULATOR = env.text("HARVEST_SIMULATOR", "")
HARVEST_MAY_REACH = frozenset([*env.text("HARVEST_MAY_REACH", "").split(), HARVEST_SIMULATOR.partition("//")[2]]) - {""}
# Remote signing by a trust service (CSC API); in the demo, the simulator of engines/signing/simulator.
CSC = {
    "url": env.text("CSC_URL", ""),
    "client": env.text("CSC_CLIENT", "tinhso-demo"),
    "secret": env.text("CSC_SECRET", "demo-only-client-secret"),
    "version": env.text("CSC_VERSION", "v2"),
}

# Sign-in by the identity provider (VNeID; in the demo, the simulator of people/vneid_simulator).
VNEID_ISSUER = env.text("VNEID_URL", "http://127.0.0.1:8008").rstrip("/")
VNEID_IS_SIMULATED = env.flag("VNEID_SIMULATED", True)
VNEID_ORIGIN = "/".join(VNEID_ISSUER.split("/")[:3])
SOCIALACCOUNT_ADAPTER = "tinhso.foundation.people.adapters.IdentityAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "provider_class": "tinhso.foundation.people.vneid.VneidProvider",
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "vneid",
                "name": "VNeID (mô phỏng)" if VNEID_IS_SIMULATED else "VNeID",
                "client_id": env.text("VNEID_CLIENT_ID", "tinhso-demo"),
                "secret": env.text("VNEID_CLIENT_SECRET", "demo-only-client-secret"),
                "settings": {"server_url": VNEID_ISSUER, "scope": ["openid", "profile", "identity"]},
            }
        ],
    }
}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "tinhso" / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Uploads stream to disk above 1 MiB; the body bound is the web server's and files.bounds'.
FILE_UPLOAD_HANDLERS = ["tinhso.foundation.files.uploads.BoundedUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# One open-data table by a program with its token: MiB of the file, rows of the table (docs/installation.md).
OPENDATA_UPLOAD_MIB = env.number("OPENDATA_UPLOAD_MIB", 1024)
OPENDATA_MOST_ROWS = env.number("OPENDATA_MOST_ROWS", 50_000_000)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# TINHSO_SMTP=smtp://user:password@host:587 (smtps:// for implicit TLS); without it letters become files.
_SMTP = urlsplit(env.text("SMTP"))
if _SMTP.hostname:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _SMTP.hostname, _SMTP.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_SMTP.username or ""), unquote(_SMTP.password or "")
    EMAIL_USE_SSL = _SMTP.scheme == "smtps"
    EMAIL_USE_TLS = _SMTP.scheme == "smtp" and EMAIL_PORT == 587
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DATA_DIR / "spool" / "mail")
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", f"thong-bao@{urlsplit(PUBLIC_URL).hostname or 'localhost'}")

SESSION_ENGINE = "tinhso.foundation.people.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "connect-src": ["'self'", *([PUSH_URL] if PUSH_URL else [])],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        # The sign-in form ends in a redirect to the identity provider.
        "form-action": ["'self'", VNEID_ORIGIN],
    },
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
}
