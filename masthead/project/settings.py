"""Django's settings, made from masthead.toml. Nothing here is edited by hand on a running paper."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE

from masthead.kit.buckets import BucketError, Place
from masthead.project import config as masthead_config
from masthead.project import logs
from masthead.project.hosts import Hosts

CONFIG = masthead_config.load()
DATA = CONFIG.data
SECRET_KEY = masthead_config.secret_key(DATA)
DEBUG = bool(CONFIG.get("server.debug"))

_public = urlsplit(CONFIG.url)
HTTPS = _public.scheme == "https"
ALLOWED_HOSTS = Hosts([_public.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"])
"""And those of further papers of the house: see project.papers."""
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]

INSTALLED_APPS = [
    "masthead.titles",
    "masthead.people",
    "masthead.mailroom",
    "masthead.pictures",
    "masthead.stories",
    "masthead.wire",
    "masthead.press",
    "masthead.exchange",
    "masthead.circulation",
    "masthead.comments",
    "masthead.public",
    "masthead.newsroom.apps.NewsroomConfig",
    "masthead.ops",
    "masthead.project",
    "masthead.newsroom.apps.StaffUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "masthead.ops.watching.watcher",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "masthead.public.one_paper.one_paper",
    "masthead.newsroom.middleware.newsroom_policy",
    "masthead.newsroom.doors.Doorkeeper",
]

GATEWAY_ALONE = os.environ.get("MASTHEAD_GATEWAY_ALONE") == "1"
"""Only the intake and the newsroom: `masthead gateway` sets it."""
ROOT_URLCONF = "masthead.project.urls"
ASGI_APPLICATION = "masthead.project.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


KEPT = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
"""Seconds after which a thread opens its connection anew all the same: a database may have been moved, or its server restarted."""


def _database(url: str, data: Path) -> dict[str, object]:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            **KEPT,
            "NAME": data / "masthead.sqlite3",
            # IMMEDIATE: a write transaction asks for its lock at once and waits its turn, instead of failing
            # half way with "database is locked" when two readers both want to write.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=33554432;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise masthead_config.ConfigError("database.url must begin with postgres:// or be empty for SQLite.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        **KEPT,
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
    }


DATABASES = {"default": _database(str(CONFIG.get("database.url")), DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# Staff sign in here; readers will have a door of their own. Nobody signs up: a keyholder appoints.
AUTHENTICATION_BACKENDS = ["masthead.people.backend.StaffBackend"]
ACCOUNT_ADAPTER = "masthead.people.signing_in.StaffAdapter"
ACCOUNT_FORMS = {"login": "masthead.people.signing_in.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/newsroom/login/"
ACCOUNT_SESSION_REMEMBER = None  # The form asks.
LOGIN_REDIRECT_URL = "/newsroom/"
MFA_ADAPTER = "masthead.people.signing_in.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "Masthead"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
TWO_FACTOR_ROLES = frozenset(str(CONFIG.get("staff.two_factor")).replace(",", " ").split())
# Tries at signing in are counted in the database: a restart or a second process forgets none of them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "people_counted",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

if _cache := str(CONFIG.get("cache.url")):
    if not _cache.startswith(("redis://", "rediss://")):
        raise masthead_config.ConfigError("cache.url must begin with redis:// or rediss://, or be empty for the database.")
    CACHES["default"] = {"BACKEND": "masthead.project.counted.Counted", "LOCATION": _cache}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
# What readers are told in sentences (labels of the plates have catalogues of their own, beside the plates).
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "locale"]

STATIC_URL = "/newsroom/static/"
STATIC_ROOT = DATA / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
# Originals never leave the staff door: readers get renditions that the press printed for stories they may see.
MEDIA_ROOT = DATA / "originals"
MEDIA_URL = "/newsroom/originals/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STORAGE = Place(**{name: str(CONFIG.get(f"storage.{name}")) for name in ("url", "endpoint", "region", "key", "secret")})
"""Where originals and deliveries lie besides the data folder; without an address nowhere else."""
if STORAGE.url:
    try:
        STORAGE.check()
    except BucketError as error:
        raise masthead_config.ConfigError(str(error)) from None
    STORAGES["default"] = {"BACKEND": "masthead.kit.bucket_storage.Originals", "OPTIONS": STORAGE.options()}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_NUMBER_FILES = 120

SESSION_COOKIE_NAME = "masthead_staff"
SESSION_COOKIE_PATH = "/newsroom/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "masthead_csrf"
CSRF_COOKIE_PATH = "/newsroom/"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "SAMEORIGIN"

# What Django itself answers is strict unless a staff view loosens it (newsroom.middleware): Wagtail's
# editor cannot work without inline script. Printed pages carry the policy in press.store.
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/newsroom/"],
    "DIRECTIVES": {
        "default-src": [NONE],
        "img-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "script-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
NEWSROOM_CONTENT_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "object-src": [NONE],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
}

WAGTAIL_SITE_NAME = "Masthead"
WAGTAILADMIN_BASE_URL = CONFIG.url
WAGTAILIMAGES_IMAGE_MODEL = "pictures.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "masthead.newsroom.pictures.PictureForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 40_000_000
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAILADMIN_LOGIN_URL = "/newsroom/login/"
WAGTAIL_USAGE_COUNT_ENABLED = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "AUTO_UPDATE": False}}
LOGIN_URL = "/newsroom/login/"

TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
# Whatever a library sends goes into the outbox; the postman takes it from there.
EMAIL_BACKEND = "masthead.mailroom.backend.OutboxBackend"
MAIL_HOOKS = bool(CONFIG.get("mail.service_secret"))
if _service := str(CONFIG.get("mail.service")).strip():
    INSTALLED_APPS.append("anymail")
    ANYMAIL = {
        f"{_service.upper()}_{name}": str(CONFIG.get("mail.service_key")) for name in ("API_KEY", "SERVER_TOKEN", "API_TOKEN")
    } | {"WEBHOOK_SECRET": str(CONFIG.get("mail.service_secret"))}
SILENCED_SYSTEM_CHECKS = [
    "security.W008",  # TLS ends in front, and so does plain HTTP (deploy/): a redirect of ours could go round in circles.
    "security.W019",  # Wagtail's editor shows previews in a frame of the same site; the public site says DENY by its CSP.
    "security.W005",  # Other hosts below the domain are not ours to decide about; nor is a browser's preload list (W021).
    "security.W021",
]

if (_form := str(CONFIG.get("log.format"))) not in ("line", "json"):
    raise masthead_config.ConfigError(f"log.format must be line or json, not “{_form}”.")
LOGGING = logs.configured(_form, CONFIG.home / str(CONFIG.get("log.errors")) if CONFIG.get("log.errors") else DATA / "errors.log")
if _dsn := str(CONFIG.get("log.sentry")):
    try:
        logs.report_to(_dsn, "masthead")
    except ImportError:
        raise masthead_config.ConfigError("log.sentry needs a further package. Please run: pip install 'masthead[sentry]'.") from None
