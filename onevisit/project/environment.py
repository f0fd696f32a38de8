"""Reads the environment: every setting an operator may give, with its type, default and meaning."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Setting:
    """One environment variable: name, default and what it does (Chinese and English in the reference)."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("VAR", "var", "Folder for the database, files, keys and logs."),
    Setting("PORT", "8000", "Port of the web server on loopback."),
    Setting("ONEVISIT_HOST", "127.0.0.1", "Address the web server listens on."),
    Setting("DATABASE_URL", "", "An outside PostgreSQL (>= 15), its owner's URL; empty means the embedded one."),
    Setting("ONEVISIT_APP_DATABASE_URL", "", "URL of the restricted role that the application uses."),
    Setting("ONEVISIT_PG_BIN", "", "Folder of another PostgreSQL's programs (>= 15) for the embedded database."),
    Setting("ONEVISIT_LEAST_FREE_MB", "1024", "Free MiB that the disk of VAR must have at a start."),
    Setting("ONEVISIT_DEMO", "0", "1 shows the demo city: one-click sign-in and the clock that can be set forward."),
    Setting(
        "ONEVISIT_DEMO_PAST",
        "1",
        "With the demo: 1 plays the last weeks of its cast on the first start, before any witness; 0: an empty city.",
    ),
    Setting("ONEVISIT_DEBUG", "0", "1 shows tracebacks; never in operation."),
    Setting("ONEVISIT_SECRET_KEY", "", "Secret for sessions; empty means the file `secret` under VAR."),
    Setting("ONEVISIT_ALLOWED_HOSTS", "", "Host names the site answers to beside localhost, separated by commas."),
    Setting(
        "ONEVISIT_ORIGIN", "", "Public address of the site, e.g. https://zfjc.example.gov.cn; empty means localhost."
    ),
    Setting("ONEVISIT_PROXIES", "0", "Trusted proxies in front that add to X-Forwarded-For; 0: none does."),
    Setting("ONEVISIT_OIDC_ISSUER", "", "Issuer of the city's OpenID Connect; empty: passwords and passkeys only."),
    Setting("ONEVISIT_OIDC_CLIENT_ID", "onevisit", "Client id that the issuer knows this site by."),
    Setting("ONEVISIT_OIDC_CLIENT_SECRET", "", "Secret of that client."),
    Setting(
        "ONEVISIT_OIDC_SIGN_IN_ORIGIN",
        "",
        "Origin of the issuer's sign-in page, where it is not the issuer's own (https://login.example.gov.cn).",
    ),
    Setting("ONEVISIT_OIDC_NAME", "统一身份认证", "Name of that sign-in on the button of the sign-in page."),
    Setting("ONEVISIT_OIDC_CLAIM", "preferred_username", "Claim that carries the account name of an officer."),
    Setting("ONEVISIT_LEDGER_ORIGIN", "onevisit.localhost/ledger", "Name of the ledger in its checkpoints."),
    Setting("ONEVISIT_TSA_URL", "", "Time-stamping authority (RFC 3161) that anchors checkpoints; empty: none."),
    Setting("ONEVISIT_TSA_ROOT", "", "PEM file with that authority's root certificate; stamps are checked with it."),
    Setting("ONEVISIT_SM2_KEY", "", "PEM file with the key that signs with SM2 beside Ed25519; empty: no SM2, no SM3."),
    Setting(
        "ONEVISIT_WITNESSES",
        "0",
        "With the demo: that many witnesses (2 or 3) run on this machine, and draws wait for all of them; 0: none.",
    ),
    Setting("ONEVISIT_UPLOAD_LIMIT_MB", "25", "Largest single upload in MiB."),
    Setting("ONEVISIT_LOG_LEVEL", "INFO", "Least important log lines to write: DEBUG, INFO, WARNING or ERROR."),
    Setting(
        "ONEVISIT_PUSH_HOSTS",
        "fcm.googleapis.com,.push.services.mozilla.com,.push.apple.com,.notify.windows.com",
        "Hosts of web push services that phones may name, separated by commas; a leading dot means all below it.",
    ),
    Setting(
        "ONEVISIT_BEACON_RELAYS",
        "",
        "Relays of the drand beacon, https, separated by commas; empty: its value is carried in by hand or QR.",
    ),
    Setting("ONEVISIT_PUBLICITY_URL", "", "Address that takes results for the publicity system; empty: a folder."),
    Setting("ONEVISIT_CREDIT_URL", "", "Address that takes results for the credit platform; empty: a folder."),
    Setting(
        "ONEVISIT_COMMIT", "", "Commit of the code that a draw names; empty means the one that git or the build tells."
    ),
    Setting("ONEVISIT_METRICS_TOKEN", "", "Token that lets a monitor read /metrics from another machine."),
)
_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


def text(name: str) -> str:
    """Return the value of a known setting as text.

    Raises:
        KeyError: the name is not one of SETTINGS.
    """
    return os.environ.get(name, "") or _DEFAULTS[name]


def flag(name: str) -> bool:
    return text(name).lower() in {"1", "true", "yes", "on"}


def number(name: str) -> int:
    return int(text(name))


def folder(name: str) -> Path:
    return Path(text(name)).expanduser().resolve()


def names(name: str) -> list[str]:
    return [part.strip() for part in text(name).split(",") if part.strip()]


def database(url: str) -> dict[str, object]:
    """Turn `postgres://user:password@host:port/name` into Django's connection settings."""
    parts = urlsplit(url)
    return {
        "ENGINE": "django_prometheus.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": "-c timezone=Asia/Shanghai"},
    }
