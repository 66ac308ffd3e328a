"""Django's settings, all from the node's folder and the environment; nothing to edit in the package.

TOCSIN_HOME     the node's folder (home.py)
DATABASE_URL    postgresql://… instead of SQLite in that folder
TOCSIN_WEB      1 in the processes that serve pages, set by the server itself
TOCSIN_DEBUG    1 shows Django's own error pages; never on a node that people use
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.utils.translation import gettext_lazy as _

from tocsin import __version__
from tocsin.node import home as node_home
from tocsin.node.language.compiled import compiled_folder

PACKAGE = Path(__file__).parent
HOME = node_home.home()
HOME.mkdir(parents=True, exist_ok=True)
CONFIGURATION = node_home.Configuration.read(HOME)

DEBUG = os.environ.get("TOCSIN_DEBUG") == "1"
SECRET_KEY = node_home.secret_key(HOME)
BASE_URL = os.environ.get("TOCSIN_BASE_URL", CONFIGURATION.base_url)
_HOST = urlsplit(BASE_URL)
HTTPS = _HOST.scheme == "https"
ALLOWED_HOSTS = [_HOST.hostname or "localhost", *CONFIGURATION.allowed_hosts]
if _HOST.hostname in {"127.0.0.1", "localhost"}:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_HOST.scheme}://{_HOST.netloc}"]

INSTALLED_APPS = [
    "tocsin.node.look",
    "tocsin.node.language",
    "tocsin.node.work",
    "tocsin.node.alliance",
    "tocsin.node.surveillance",
    "tocsin.node.post",
    "tocsin.node.indicators",
    "tocsin.node.estimates",
    "tocsin.node.duty",
    "tocsin.node.joint",
    "tocsin.node.events",
    "tocsin.node.notifications",
    "tocsin.node.council",
    "tocsin.node.assistance",
    "tocsin.node.travellers",
    "tocsin.node.exercises",
    "tocsin.node.hospitals",
    "tocsin.node.files",
    "tocsin.node.consultations",
    "tocsin.node.transfers",
    "tocsin.node.search",
    "tocsin.node.clinical",
    "tocsin.node.correspondence",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tocsin.node.look.middleware.ContentSecurityPolicy",
    "tocsin.node.running.turns.Turns",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tocsin.node.language.middleware.PersonsLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "tocsin.node.alliance.middleware.SecondFactor",
]

ROOT_URLCONF = "tocsin.node.urls"
WSGI_APPLICATION = "tocsin.node.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tocsin.node.alliance.context.frame",
            ],
        },
    },
]

# IMMEDIATE: a transaction that will write takes the write lock when it begins, so that two of them wait for
# each other for up to the timeout instead of failing half-way. What is deleted is overwritten: a document that its
# owner erases must not lie in the file's free space (post/store/leftovers.py).
_SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16384; "
    "PRAGMA mmap_size=268435456; PRAGMA secure_delete=ON;",
}
DATABASES = {"default": dj_database_url.parse(os.environ.get("DATABASE_URL") or f"sqlite:///{HOME / 'tocsin.sqlite3'}")}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"].update(CONN_MAX_AGE=600, OPTIONS=_SQLITE)
else:
    # PostgreSQL plans what is asked again and again once: of a page's queries it plans longer than it reads.
    _POSTGRESQL = DATABASES["default"].setdefault("OPTIONS", {})
    _POSTGRESQL.update(server_side_binding=True, prepare_threshold=2)
    _POSTGRESQL.setdefault("connect_timeout", 5)
    if os.environ.get("TOCSIN_WEB") == "1":
        # It does so for each connection, so that the threads of a web process share few of them (running/web.py). Who
        # cannot have one is told soon, and whoever asks next tries again.
        _POSTGRESQL["pool"] = {"min_size": 1, "max_size": 64, "timeout": 5, "reconnect_timeout": 2}
    else:
        DATABASES["default"]["CONN_MAX_AGE"] = 600
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People and how they sign in
AUTH_USER_MODEL = "alliance.Person"
AUTHENTICATION_BACKENDS = ["tocsin.node.alliance.sign_in.PersonBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "tocsin.node.alliance.sign_in.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "tocsin.node.alliance.sign_in.SocialAccountAdapter"
USERSESSIONS_ADAPTER = "tocsin.node.alliance.sign_in.SessionsAdapter"
MFA_ADAPTER = "allauth.mfa.adapter.DefaultMFAAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses come from an invitation sent to them, or from the administrator
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reset_password": "5/m/ip,3/m/key"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = "Tocsin"
USERSESSIONS_TRACK_ACTIVITY = False
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": CONFIGURATION.sign_in.get("oidc", [])}}

# Sessions end with the browser, or after half a day without an act
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 3600
# A browser keeps one cookie of a name for all ports of a host: nodes side by side must not end each other's sign-ins.
_OF_THE_STATE = f"_{CONFIGURATION.state.lower()}" if CONFIGURATION.state else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"sessionid{_OF_THE_STATE}", f"csrftoken{_OF_THE_STATE}"
LANGUAGE_COOKIE_NAME = f"django_language{_OF_THE_STATE}"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tocsin.node.look.views.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Rate limits count by address: allauth takes the last one that a trusted proxy has seen, not what a client writes.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0

# What all processes must know (sign-ins that failed) is in the database. Pictures are files that all processes share:
# one that was looked at must not wait until the night's work lets others write to the database.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "node_cache"},
    "pictures": {
        "BACKEND": "tocsin.node.surveillance.kept_pictures.PictureCache",
        "LOCATION": HOME / "pictures",
        "KEY_PREFIX": __version__,  # another release may draw them otherwise
        "OPTIONS": {"MAX_ENTRIES": 2_000},
    },
}

# Language and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ru", "Русский"), ("zh-hans", "中文")]
LOCALE_PATHS = [compiled_folder()]
USE_I18N = USE_TZ = True
TIME_ZONE = CONFIGURATION.time_zone
LANGUAGE_COOKIE_SAMESITE = "Lax"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
# Served from where `tocsin node serve` collects and compresses them; straight from the package before that.
WHITENOISE_USE_FINDERS = not STATIC_ROOT.is_dir()
WHITENOISE_MAX_AGE = 3600

# Uploads go to the node's own folder by a handler that counts as it writes (surveillance/intake/receiving.py)
ARCHIVE = HOME / "archive"
UPLOADS = HOME / "uploads"
WATCHED = HOME / "watched"  # folders that sources watch lie in here and nowhere else
LARGEST_UPLOAD = 1 << 30
LARGEST_EVENT_FILE = 25 << 20
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
FILE_UPLOAD_HANDLERS = ["tocsin.node.surveillance.intake.receiving.CountingHandler"]

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "people", "night"]}}

_MAIL = CONFIGURATION.mail
if _MAIL.get("host"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _MAIL["host"]
    EMAIL_PORT = _MAIL.get("port", 587)
    EMAIL_HOST_USER = _MAIL.get("user", "")
    EMAIL_HOST_PASSWORD = Path(_MAIL["password_file"]).read_text().strip() if "password_file" in _MAIL else ""
    EMAIL_USE_TLS = _MAIL.get("tls", True)
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = HOME / "mail"
DEFAULT_FROM_EMAIL = _MAIL.get("from", "tocsin@localhost")

SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"] if not HTTPS else []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"tocsin": {"level": "INFO"}, "django_tasks_db": {"level": "WARNING"}},
}

GALLERY = False  # the page that shows every component; tests switch it on
BUDGET = 20  # threads a week that a person is shown above the line, until they choose
LANGUAGE_NAMES = {"en": _("English"), "ru": _("Russian"), "zh-hans": _("Chinese")}
