"""Settings of the machine: one table, read from the environment, checked at start.

Settings of the site (title, tagline, language …) are the author's and live in the database: see `blog.site`.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import Config

from blog.errors import SettingInvalid

PREFIX = "BLOG"
ROOT = Path(__file__).resolve().parent.parent


def folder(value: Any) -> Path:
    return Path(str(value)).expanduser().resolve()


def text(value: Any) -> str:
    return str(value).strip()


def port(value: Any) -> int:
    number = int(value)
    if not 1 <= number <= 65_535:
        raise ValueError("a port lies between 1 and 65535")
    return number


def threads(value: Any) -> int:
    number = int(value)
    if not 1 <= number <= 64:
        raise ValueError("between 1 and 64 threads are of use")
    return number


def base_url(value: Any) -> str:
    url = str(value).strip().rstrip("/")
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query):
        raise ValueError("it looks like https://blog.example.org, without a path")
    return url


class Setting(NamedTuple):
    """One setting: `BLOG_` and its name in the environment, or `BLOG_…_FILE` naming a file that holds the value."""

    name: str
    default: Any
    check: Callable[[Any], Any]
    meaning: str


TABLE = (
    Setting("INSTANCE", "instance", folder, "The folder with everything one installation owns."),
    Setting("HOST", "127.0.0.1", text, "The address to listen on; 0.0.0.0 for all of the machine's."),
    Setting("PORT", 8000, port, "The port to listen on."),
    Setting("THREADS", 8, threads, "How many requests are worked on at a time."),
    Setting("BASE_URL", "", base_url, "Where readers find the site; http://HOST:PORT when empty."),
    Setting("TRUSTED_PROXY", "", text, "The proxy whose X-Forwarded headers are believed; none when empty."),
    Setting("SECRET_KEY", "", text, "Signs sessions; made and kept in the instance when empty."),
    Setting("SQLALCHEMY_DATABASE_URI", "", text, "The database; blog.db in the instance when empty."),
    Setting("CACHE_TYPE", "SimpleCache", text, "Flask-Caching's store of finished pages; its other settings work too."),
    Setting("CACHE_DEFAULT_TIMEOUT", 86_400, int, "Seconds a finished page is kept; freshness does not need it."),
    Setting("CACHE_THRESHOLD", 1_000, int, "How many finished pages are kept at the most."),
)  # fmt: skip


def load(config: Config, overrides: Mapping[str, Any] | None = None) -> None:
    """Fill `config` from the table, the environment and `overrides`, later ones winning.

    Raises SettingInvalid, with the variable's name, for a value that the site cannot start with.
    """
    config.from_prefixed_env(PREFIX)
    for name, value in os.environ.items():
        if name.startswith(f"{PREFIX}_") and name.endswith("_FILE"):
            try:
                config[name.removeprefix(f"{PREFIX}_").removesuffix("_FILE")] = (
                    Path(value).read_text().strip()
                )
            except (OSError, UnicodeDecodeError) as error:
                raise SettingInvalid(f"{name} names a file that cannot be read: {error}.") from error
    config.update(overrides or {})
    for setting in TABLE:
        # Flask sets SECRET_KEY to None itself, so an absent value and None mean the same.
        given = config.get(setting.name)
        try:
            config[setting.name] = setting.check(setting.default if given is None else given)
        except (TypeError, ValueError) as error:
            raise SettingInvalid(f"{PREFIX}_{setting.name} cannot be {given!r}: {error}.") from error
    fill_in(config)


def fill_in(config: Config) -> None:
    """Work out what depends on other settings: the database, the secret key, the hosts that are answered."""
    instance: Path = config["INSTANCE"]
    try:
        instance.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingInvalid(f"The instance folder {instance} cannot be made: {error.strerror}.") from error
    config["BASE_URL"] = config["BASE_URL"] or f"http://{url_host(config['HOST'])}:{config['PORT']}"
    config["SQLALCHEMY_DATABASE_URI"] = (
        config["SQLALCHEMY_DATABASE_URI"] or f"sqlite:///{instance / 'blog.db'}"
    )
    config["SECRET_KEY"] = config["SECRET_KEY"] or secret_key(instance / "secret_key")
    config["SESSION_COOKIE_SECURE"] = config["BASE_URL"].startswith("https://")
    config["SESSION_COOKIE_SAMESITE"] = "Lax"
    # A request for another name is refused: no page, link or cache entry can then be made for a host that is not ours.
    hosts = {urlsplit(config["BASE_URL"]).hostname, "localhost", "127.0.0.1", "[::1]"}
    config["TRUSTED_HOSTS"] = sorted(host for host in hosts if host)


def url_host(host: str) -> str:
    """`host` as it stands in a URL: all addresses become localhost, IPv6 goes into brackets (RFC 3986)."""
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104 -- compared with, not bound to
        return "localhost"
    return f"[{host}]" if ":" in host else host


def secret_key(path: Path) -> str:
    """The key kept at `path`, made on the first call; readable by its owner alone."""
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    except OSError as error:
        raise SettingInvalid(
            f"The instance folder {path.parent} cannot be written to: {error.strerror}."
        ) from error
    key = path.read_text().strip()
    if not key:
        raise SettingInvalid(f"{path} is empty; delete it and a new key is made.")
    return key
