"""Settings: read from the environment once, checked at the start, each error says what to do."""

import re
from datetime import time
from pathlib import Path
from urllib.parse import urlsplit

import environ
import platformdirs
from django.core.exceptions import ImproperlyConfigured

from jikimi.config.languages import SOURCE, languages_in
from jikimi.config.plans import KeepsPlans
from jikimi.takedown.replies.address import inbox_address
from jikimi.takedown.rules.watching import watch_user_agent
from jikimi.web import cookies

env = environ.Env()
PACKAGE = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 40
INSECURE_SECRET = "insecure-" + "only-for-checks-and-migrations"

# --- What kind of place this is

PRODUCTION = env.bool("JIKIMI_PRODUCTION", default=False)
DEBUG = env.bool("JIKIMI_DEBUG", default=False)
SECRET_KEY = env.str("JIKIMI_SECRET_KEY", default=INSECURE_SECRET)
SECRET_KEY_FALLBACKS = env.list("JIKIMI_OLD_SECRET_KEYS", default=[])
DATA_DIR = Path(env.str("JIKIMI_DATA", default=platformdirs.user_data_dir("jikimi")))
PUBLIC_ORIGIN = env.str("JIKIMI_ORIGIN", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = [
    *env.list("JIKIMI_HOSTS", default=["127.0.0.1", "localhost", "[::1]"]),
    urlsplit(PUBLIC_ORIGIN).hostname or "",
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN]

# The same portal as an onion service. Its address is 56 characters of base32.
ONION = env.str("JIKIMI_ONION", default="").rstrip("/")
if ONION and not re.fullmatch(r"http://[a-z2-7]{56}\.onion", ONION):
    raise ImproperlyConfigured(
        "JIKIMI_ONION is http:// and the 56 characters that Tor wrote into its hostname file, "
        "with .onion at the end, or unset."
    )
ONION_HOST = ONION.removeprefix("http://")
ALLOWED_HOSTS += [ONION_HOST] if ONION else []

# Where Exit leads, when the centre knows a better place than the weather.
EXIT_TO = env.str("JIKIMI_EXIT_TO", default="")
if EXIT_TO and not EXIT_TO.startswith("https://"):
    raise ImproperlyConfigured(
        "JIKIMI_EXIT_TO is the https:// address of a harmless page, or unset for the weather."
    )

# Loopback ports that the link fetcher may reach: a stand-in platform in tests and the demo.
STAND_IN_PORTS = frozenset(int(port) for port in env.list("JIKIMI_STAND_IN_PORTS", default=[]))
PACK_FOLDERS = [Path(folder) for folder in env.list("JIKIMI_PACKS", default=[])]

# --- The centre, as letters sign it

CENTRE_NAME = env.str("JIKIMI_CENTRE_NAME", default="Support centre (name not set)")
CENTRE_ADDRESS = env.str("JIKIMI_CENTRE_ADDRESS", default="")
CENTRE_PHONE = env.str("JIKIMI_CENTRE_PHONE", default="")
CENTRE_EMAIL = env.str("JIKIMI_CENTRE_EMAIL", default="centre@localhost")
CENTRE_REPRESENTATIVE = env.str("JIKIMI_CENTRE_REPRESENTATIVE", default="")
CENTRE_COUNTRY = env.str("JIKIMI_CENTRE_COUNTRY", default="KR")
TIME_ZONE = env.str("JIKIMI_TIME_ZONE", default="Asia/Seoul")

# --- What is asked of one caseworker in a day

REVEALS_A_DAY = env.int("JIKIMI_REVEALS_A_DAY", default=5)
DESK_HOURS_A_DAY = env.int("JIKIMI_DESK_HOURS_A_DAY", default=5)
METER_DAYS = env.int("JIKIMI_METER_DAYS", default=14)
if min(REVEALS_A_DAY, DESK_HOURS_A_DAY - 1, METER_DAYS - 1) < 0:
    raise ImproperlyConfigured(
        "JIKIMI_REVEALS_A_DAY is 0 or more; JIKIMI_DESK_HOURS_A_DAY and JIKIMI_METER_DAYS are "
        "1 or more."
    )
_DAY_ENDS = env.str("JIKIMI_DESK_DAY_ENDS", default="16:00")
try:
    DESK_DAY_ENDS = time.fromisoformat(_DAY_ENDS) if _DAY_ENDS else None
except ValueError:
    raise ImproperlyConfigured(
        "JIKIMI_DESK_DAY_ENDS is a time of day such as 16:00, or empty for a day without an end."
    ) from None

# --- Tips from citizens

TIP_DAYS = env.int("JIKIMI_TIP_DAYS", default=90)
TIPS_A_MINUTE = env.int("JIKIMI_TIPS_A_MINUTE", default=120)
if min(TIP_DAYS, TIPS_A_MINUTE) < 1:
    raise ImproperlyConfigured("JIKIMI_TIP_DAYS and JIKIMI_TIPS_A_MINUTE are 1 or more.")

# --- Where things are kept

_DATABASE = env.db_url("DATABASE_URL", default="postgresql://127.0.0.1:1/not-configured")
_OPTIONS = _DATABASE.pop("OPTIONS", {})
DATABASES = {
    "default": {
        **_DATABASE,
        # A socket's folder is named in the query of the address.
        "HOST": _OPTIONS.pop("host", _DATABASE["HOST"]),
        "OPTIONS": {
            # Planned once and not at each asking: half of the database's work on a statement.
            "server_side_binding": True,
            "prepare_threshold": 5,
            **_OPTIONS,
            "pool": {
                "min_size": 1,
                "max_size": 8,
                "timeout": 5,
                "connection_class": KeepsPlans,
            },
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Mail

MAIL_URL = env.str("JIKIMI_MAIL", default="")
MAIL = environ.Env.email_url_config(MAIL_URL or "consolemail://")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = MAIL["EMAIL_HOST"] or "127.0.0.1"
EMAIL_PORT = MAIL["EMAIL_PORT"] or 25
EMAIL_HOST_USER = MAIL["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = MAIL["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = bool(MAIL.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(MAIL.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = CENTRE_EMAIL

# Replies: the mailbox that answers come to, and our mail server's name in its findings.
INBOX_URL = env.str("JIKIMI_INBOX", default="")
INBOX_AUTHSERV = env.str("JIKIMI_INBOX_AUTHSERV", default="")
if INBOX_URL:
    try:
        inbox_address(INBOX_URL)
    except ValueError as error:
        raise ImproperlyConfigured(f"{error}.") from None

# Keys of recipients' interfaces, a table for each channel.
CHANNEL_KEYS = env.str("JIKIMI_CHANNEL_KEYS", default="")

# How the crawler of watched pages says whom to write to.
WATCH_CONTACT = env.str("JIKIMI_WATCH_CONTACT", default="")
try:
    watch_user_agent(WATCH_CONTACT)
except ValueError as error:
    raise ImproperlyConfigured(f"JIKIMI_WATCH_CONTACT: {error}.") from None

# --- The application

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    "jikimi.trail",
    "jikimi.aftercare",
    "jikimi.evidence",
    "jikimi.people",
    "jikimi.venues",
    "jikimi.cases",
    "jikimi.intake",
    "jikimi.takedown",
    "jikimi.exchange",
    "jikimi.web.portal",
    "jikimi.web.desk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Before the static files: a Worker obeys the policy that its own script came with.
    "csp.middleware.CSPMiddleware",
    "jikimi.web.packed_files.PackedFiles",
    "jikimi.web.headers.NothingIsKept",
    "jikimi.web.onion.Onion",
    "jikimi.web.cookies.OnlyThisHostSetsThem",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "jikimi.web.portal.trouble.RefusalsAreTold",
]
# Loaded by the first who asks for a job or works on one, and not by every process as it starts:
# jobs bring along nearly everything there is.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = [
    f"{app}.tasks"
    for app in INSTALLED_APPS
    if PACKAGE.parent.joinpath(*app.split("."), "tasks.py").exists()
]
ROOT_URLCONF = "jikimi.config.urls"
ASGI_APPLICATION = "jikimi.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Ours come before a library's, so that its pages wear our clothes.
        "DIRS": [PACKAGE / "web" / "desk" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ]
        },
    }
]
STATIC_URL = "/static/"
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_AUTOREFRESH = False
SERVESTATIC_MAX_AGE = 3600

# --- Languages

LANGUAGE_CODE = SOURCE
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGES = languages_in(PACKAGE / "locale")
USE_I18N = True
USE_TZ = True

# --- Staff: a password and a second factor, always

AUTH_USER_MODEL = "people.Staff"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGIN_URL = "/desk/account/login/"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_ADAPTER = "jikimi.web.desk.accounts.ClosedAccounts"
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "jikimi.web.desk.accounts.SealedFactors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Jikimi"
MFA_RECOVERY_CODES_SHOW_ONCE = True

# --- What the browser is told

_NOTHING, _OURS = ["'none'"], ["'self'"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": _NOTHING,
        "script-src": _OURS,
        "worker-src": _OURS,
        "style-src": _OURS,
        "img-src": ["'self'", "data:"],
        "media-src": ["blob:"],  # her own video, in the player that is never shown
        "connect-src": _NOTHING,
        "form-action": _OURS,
        "frame-ancestors": _NOTHING,
        "base-uri": _NOTHING,
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_ENGINE = "jikimi.web.sessions"
SESSION_COOKIE_NAME = cookies.SESSION
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_NAME = cookies.FORM
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_AGE = SESSION_COOKIE_AGE  # not Django's year, for which it would tell of a visit
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_ORIGIN.startswith("https://")
if PUBLIC_ORIGIN.startswith("https://"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000

# A form is text; there is no upload anywhere.
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 0
FILE_UPLOAD_HANDLERS: list[str] = []

# --- Logs: no request is logged, so that no survivor's address is kept anywhere

LOGGING_CONFIG = "jikimi.config.logs.set_up"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("JIKIMI_LOG_LEVEL", default="WARNING")},
    "loggers": {
        "django.request": {"level": "CRITICAL"},
        "django.server": {"level": "CRITICAL"},
        "django.db.backends": {"level": "INFO"},  # below that it writes down every value
        "psycopg.pool": {"level": "ERROR"},  # it names the database's address at each try
        "imapclient": {"level": "WARNING"},  # below that it writes down what it reads
        "jikimi": {"level": "INFO"},
    },
}


def _refuse_unsafe_production() -> None:
    faults = []
    if DEBUG:
        faults.append("JIKIMI_DEBUG is on: unset it")
    if SECRET_KEY == INSECURE_SECRET or len(SECRET_KEY) < SHORTEST_SECRET:
        faults.append("JIKIMI_SECRET_KEY is missing or short: set 50 random characters")
    if STAND_IN_PORTS:
        faults.append("JIKIMI_STAND_IN_PORTS opens loopback to the link fetcher: unset it")
    if not PUBLIC_ORIGIN.startswith("https://"):
        faults.append("JIKIMI_ORIGIN must start with https://")
    if not MAIL_URL:
        faults.append("JIKIMI_MAIL is missing: set smtp://user:password@host:port")
    if not CENTRE_REPRESENTATIVE or not CENTRE_ADDRESS:
        faults.append(
            "JIKIMI_CENTRE_REPRESENTATIVE and JIKIMI_CENTRE_ADDRESS are missing: notices need them"
        )
    if faults:
        raise ImproperlyConfigured("This cannot run in production: " + "; ".join(faults) + ".")


if PRODUCTION:
    _refuse_unsafe_production()
