"""Reads settings from the environment and an optional `.env` file; a value that cannot be read stops the start
with a sentence that names the setting and the remedy."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import global_settings
from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def load_env_file(path: Path) -> None:
    """Put `NAME=value` lines of `path` into the environment; what is set there already wins."""
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, separator, value = line.partition("=")
        if not separator or not name.strip().isidentifier():
            raise ImproperlyConfigured(f"{path}, line {number}: expected NAME=value, found {line!r}.")
        os.environ.setdefault(name.strip(), value.strip().strip("\"'"))


def text(name: str, default: str = "", choices: tuple[str, ...] = ()) -> str:
    value = os.environ.get(name, "").strip() or default
    if choices and value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r} is not known. Set it to one of: {', '.join(choices)}.")
    return value


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name)
    if value is None or value.strip() == "":
        return default
    if value.strip().lower() in TRUE | FALSE:
        return value.strip().lower() in TRUE
    raise ImproperlyConfigured(f"{name}={value!r} is neither yes nor no. Set it to 1 or 0.")


def number(name: str, default: int, least: int = 0, most: int = 1_000_000) -> int:
    value = os.environ.get(name, "").strip()
    try:
        result = int(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number. Set it like {default}.") from None
    if not least <= result <= most:
        raise ImproperlyConfigured(f"{name}={result} does not fit. Set it to a number from {least} to {most}.")
    return result


def address(name: str, default: str, schemes: tuple[str, ...], example: str, host: bool = True) -> str:
    """A URL with one of `schemes`, or "". What is wrong is not shown in the message: it may hold a password."""
    value = text(name, default)
    try:
        parts = urlsplit(value)
        good = parts.scheme in schemes and bool(parts.hostname or not host) and parts.port != 0
    except ValueError:  # a port that is no number, half an IPv6 address
        good = False
    if value and not good:
        raise ImproperlyConfigured(f"{name} is not an address that can be used. Set it like {example}")
    return value


def replica_addresses(engine: str) -> list[str]:
    """The databases of `DATABASE_REPLICA_URLS`, in their order. As in `address`, none is shown in a message."""
    found = words("DATABASE_REPLICA_URLS")
    if found and not engine.endswith("postgresql"):
        raise ImproperlyConfigured(
            "DATABASE_REPLICA_URLS needs PostgreSQL: set DATABASE_URL to the primary, or leave the replicas out."
        )
    for number, value in enumerate(found, 1):
        try:
            parts = urlsplit(value)
            good = parts.scheme in ("postgres", "postgresql") and parts.port != 0 and len(parts.path) > 1
        except ValueError:
            good = False
        if not good:
            raise ImproperlyConfigured(
                f"DATABASE_REPLICA_URLS: number {number} is not an address that can be used. Write them like "
                "postgres://user:password@replica1:5432/geeks,postgres://user:password@replica2:5432/geeks"
            )
    return found


def time_zone(default: str) -> str:
    value = text("TIME_ZONE", default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ImproperlyConfigured(f"TIME_ZONE={value!r} is not known. Set it like Europe/Vienna.") from None
    return value


def language_code(default: str) -> str:
    value = text("LANGUAGE_CODE", default)
    known = {code for code, _ in global_settings.LANGUAGES}
    if value.lower() not in known and value.lower().partition("-")[0] not in known:
        raise ImproperlyConfigured(f"LANGUAGE_CODE={value!r} is not known. Set it like en-us, de or fr.")
    return value


def folder(name: str, default: Path) -> Path:
    """A folder that is there and may be written to; made when it is missing."""
    path = Path(text(name, str(default))).expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
        writable = os.access(path, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        raise ImproperlyConfigured(f"{name}={str(path)!r} cannot be written. Set it to a folder of this user's.")
    return path


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, blanks dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def numbers(name: str) -> dict[str, int]:
    """`name=300, other=-2` as a dictionary."""
    found = {}
    for word in words(name):
        key, _, value = word.partition("=")
        try:
            found[key.strip()] = int(value)
        except ValueError:
            raise ImproperlyConfigured(f"{name}: {word!r} is not name=number. Write it like create_tags=300.") from None
    return found


def refuse_unknown(name: str, left: dict[str, int]) -> None:
    if left:
        raise ImproperlyConfigured(
            f"{name} names nothing that is known: {', '.join(left)}. geeks/policy.py lists the names."
        )


def secret_key(data_dir: Path, local: bool, debug: bool) -> str:
    """`SECRET_KEY`, or one made once and kept under `data_dir` while the site answers on local addresses only."""
    value = os.environ.get("SECRET_KEY", "").strip()
    if value:
        return value
    if not (local or debug):
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. A site that answers to the world needs its own: put "
            f"SECRET_KEY={secrets.token_urlsafe(50)} into the .env file and keep it secret."
        )
    path = data_dir / "secret-key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii").strip()


def private(path: Path) -> Path:
    """A file that only its owner may read from its first moment on; one that is there stays as it is. Where it cannot
    be made, whoever opens it will say so."""
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path


def email_settings(url: str) -> dict[str, object]:
    """Django's mail settings from `smtp://user:password@host:port`, `smtps://…` (TLS from the start), or nothing:
    then mail is written to the log, which is what a demo wants."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and parts.port != 25,
        "EMAIL_TIMEOUT": 10,
    }
