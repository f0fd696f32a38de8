"""Django settings, all of them from the environment (see environment.py)."""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from onevisit.project import connections, logs
from onevisit.project import environment as env

BASE_DIR = Path(__file__).resolve().parents[2]
VAR = env.folder("VAR")
DEMO = env.flag("ONEVISIT_DEMO")
DEBUG = env.flag("ONEVISIT_DEBUG")
PORT = env.number("PORT")


def _secret() -> str:
    given = env.text("ONEVISIT_SECRET_KEY")
    if given:
        return given
    path = VAR / "secret"
    if not path.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


SECRET_KEY = _secret()
ALLOWED_HOSTS = [*env.names("ONEVISIT_ALLOWED_HOSTS"), "localhost", "127.0.0.1", "[::1]"]
ORIGIN = env.text("ONEVISIT_ORIGIN") or f"http://localhost:{PORT}"
CSRF_TRUSTED_ORIGINS = [ORIGIN]

# The order of the life of one inspection; tests/architecture compares it with urls, reactions, imports and menu.
STAGES = ["registers", "plans", "offers", "draws", "visits", "findings", "publication"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "django_prometheus",
    "csp",
    "procrastinate.contrib.django",
    "onevisit.support.clock",
    "onevisit.support.sm2",
    "onevisit.support.ledger",
    "onevisit.support.identity",
    "onevisit.support.jobs",
    "onevisit.support.deadlines",
    "onevisit.support.attachments",
    "onevisit.support.notices",
    *[f"onevisit.stages.{name}" for name in STAGES],
    "onevisit.watch.oversight",
    "onevisit.web.ui",
    "onevisit.web.desk",
    "onevisit.web.field",
    "onevisit.web.business",
    "onevisit.web.portal",
    "onevisit.web.exchange",
    "onevisit.project",
]

MIDDLEWARE = [
    "onevisit.web.ui.request_log.RequestLogMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "onevisit.web.ui.upload_limit.UploadLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "onevisit.web.ui.one_time_password.OneTimePasswordMiddleware",
    "onevisit.web.ui.actors.ActorMiddleware",
    "onevisit.web.ui.idempotency.IdempotencyMiddleware",
    "onevisit.web.ui.refusals.RefusalMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "onevisit.project.urls"
FORM_RENDERER = "onevisit.web.ui.forms.Renderer"
WSGI_APPLICATION = "onevisit.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "onevisit" / "web" / "ui" / "templates"],  # before the libraries' own pages
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "onevisit.web.ui.context.page",
            ],
        },
    }
]

# The owner where a command was given its URL (migrations, tests), else the restricted role that the application uses.
_DATABASE_URL = (
    env.text("DATABASE_URL") or env.text("ONEVISIT_APP_DATABASE_URL") or connections.load(var=VAR).application
)
DATABASES = {"default": env.database(_DATABASE_URL)} if _DATABASE_URL else {}
# Shared by all workers, so that the login throttle counts every try. Django's own limit of 300 entries would throw
# counters away as soon as the figures of some hundred draws are kept.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["onevisit.support.identity.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "onevisit.support.identity.accounts.AccountAdapter"
# 5 wrong tries for one account, then a wait (screens.md S1); per address more, since an office shares one.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "60/m/ip,5/5m/key"}
# Single sign-on tells who somebody is; accounts are made by an organ's contact person only.
SOCIALACCOUNT_ADAPTER = "onevisit.web.ui.single_sign_on.SocialAccountAdapter"
OIDC_CLAIM = env.text("ONEVISIT_OIDC_CLAIM")
_ISSUER = env.text("ONEVISIT_OIDC_ISSUER").rstrip("/")
# The button of the sign-in page posts here and is sent on to the issuer's authorization endpoint, often another host.
_SIGN_IN_ORIGINS = sorted({_origin(one) for one in (_ISSUER, env.text("ONEVISIT_OIDC_SIGN_IN_ORIGIN")) if one})
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = (
    {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "city",
                    "name": env.text("ONEVISIT_OIDC_NAME"),
                    "client_id": env.text("ONEVISIT_OIDC_CLIENT_ID"),
                    "secret": env.text("ONEVISIT_OIDC_CLIENT_SECRET"),
                    "settings": {"server_url": _ISSUER},
                }
            ],
        }
    }
    if _ISSUER
    else {}
)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or ORIGIN.startswith("http://localhost")
MFA_TOTP_ISSUER = "一次查"
USERSESSIONS_TRACK_ACTIVITY = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/inbox"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文"))]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["onevisit.project.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = True
FILES = VAR / "files"
KEYS = VAR / "keys"
DATA_UPLOAD_MAX_MEMORY_SIZE = env.number("ONEVISIT_UPLOAD_LIMIT_MB") * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# The push services of the browsers; nobody can make this server call another host by a made-up address.
PUSH_HOSTS = env.names("ONEVISIT_PUSH_HOSTS")
# Where the value of the public beacon is fetched; none by default: it can be carried in and proves itself.
BEACON_RELAYS = env.names("ONEVISIT_BEACON_RELAYS")
REACTIONS_TABLE = "onevisit.project.reactions.REACTIONS"
# What succeeded is in the ledger; only what waits or failed stays in the queue.
PROCRASTINATE_WORKER_DEFAULTS = {"delete_jobs": "successful"}
LEDGER_ORIGIN = env.text("ONEVISIT_LEDGER_ORIGIN")
TSA_URL, TSA_ROOT = env.text("ONEVISIT_TSA_URL"), env.text("ONEVISIT_TSA_ROOT")
SM2_KEY = env.text("ONEVISIT_SM2_KEY")
EXCHANGE_PUBLICITY_URL = env.text("ONEVISIT_PUBLICITY_URL")
EXCHANGE_CREDIT_URL = env.text("ONEVISIT_CREDIT_URL")

# Two copies on one host differ only by port, and cookies do not know ports: the names carry it.
SESSION_COOKIE_NAME = f"onevisit_session_{PORT}"
CSRF_COOKIE_NAME = f"onevisit_csrf_{PORT}"
CSRF_FAILURE_VIEW = "onevisit.web.ui.views.errors.csrf_failed"
SESSION_COOKIE_AGE = 12 * 3600
# Who sends: behind proxies the address that the outermost trusted one saw.
PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = env.number("ONEVISIT_PROXIES")
_HTTPS = ORIGIN.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _HTTPS else 0
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
METRICS_TOKEN = env.text("ONEVISIT_METRICS_TOKEN")
LOGGING = logs.configuration(level=env.text("ONEVISIT_LOG_LEVEL").upper())
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "media-src": ["'self'", "blob:"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'", *_SIGN_IN_ORIGINS],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
SILENCED_SYSTEM_CHECKS: list[str] = []
