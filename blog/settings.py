"""Settings of the machine: one table, read from the environment and checked at the start.

Settings of the site (title, tagline, language …) are changed by the author and stored in the database: see
`blog.site.overview`.
"""

import errno
import fcntl
import os
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import Config
from werkzeug.utils import import_string

from blog import base_path
from blog.errors import SettingInvalid
from blog.store.current import backend
from blog.system.hosts import Hosts, in_url
from blog.system.key_strength import MAKING_ONE, SHORTEST, is_weak
from blog.system.listening import Place
from blog.system.permissions import keep_private

PREFIX = "BLOG"
ROOT = Path(__file__).resolve().parent.parent


def folder(value: Any) -> Path:
    return Path(str(value)).expanduser().resolve()


def text(value: Any) -> str:
    return str(value).strip()


def whole(low: int, high: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        digits = str(value).strip()
        if not (digits.isdecimal() and low <= int(digits) <= high):
            raise ValueError(f"must be a whole number from {low} to {high}, not {value!r}")
        return int(digits)

    return check


def seconds(value: Any) -> float:
    if not re.fullmatch(r"\d{1,2}(\.\d+)?", str(value)):
        raise ValueError(f"must be a number of seconds below 100, not {value!r}")
    return float(value)


NAME = re.compile(r"(?!-)[A-Za-z0-9_.-]{1,253}")
SOCKET = re.compile(r"unix:(?P<path>/[^,:]+)(?::(?P<mode>[0-7]{3,4}))?")


def places(value: Any) -> tuple[Place, ...]:
    """Parse a list of addresses and sockets separated by commas or spaces."""
    if isinstance(value, tuple):
        return value
    return tuple(map(place, re.split(r"[,\s]+", text(value))))


def place(part: str) -> Place:
    if part.startswith("unix:"):
        if match := SOCKET.fullmatch(part):
            return Place(path=Path(match["path"]), mode=int(match["mode"] or "660", 8))
        raise ValueError(f"must name a socket such as unix:/run/scrollwork/site.sock:660, not {part!r}")
    host = part.removeprefix("[").removesuffix("]")
    try:
        return Place(str(ip_address(host)))
    except ValueError as error:
        if NAME.fullmatch(part):
            return Place(part)
        raise ValueError(
            f"must be addresses of this machine separated by commas, such as 127.0.0.1 or ::1, or "
            f"unix:/path, not {part!r}"
        ) from error


def proxy(value: Any) -> str:
    address = text(value)
    if address not in {"", "*", "localhost"}:
        try:
            ip_address(address)
        except ValueError as error:
            raise ValueError(f"must be the proxy's IP address, not {value!r}") from error
    return address


def key(value: Any) -> str:
    given = text(value)
    if given and is_weak(given):  # the message does not contain the value, which is a secret
        raise ValueError(
            f"is weak: it needs at least {SHORTEST} random characters. `{MAKING_ONE}` creates "
            "such a key. If the setting is empty, the site creates and stores one"
        )
    return given


def database(value: Any) -> str:
    url = text(value)
    backend.check_url(url)
    return url


def cache_type(value: Any) -> str:
    name = text(value)
    try:
        import_string(name if "." in name else f"flask_caching.backends.{name}")
    except ImportError as error:
        raise ValueError(f"must be a Flask-Caching backend such as FileSystemCache, not {name!r}") from error
    return name


class Setting(NamedTuple):
    """A setting: the environment variable `BLOG_NAME`, or `BLOG_NAME_FILE`, which names a file with the value."""

    name: str
    default: Any
    check: Callable[[Any], Any]
    meaning: str


TABLE = (
    Setting("INSTANCE", ROOT / "instance", folder, "The folder with all data of one site."),
    Setting("HOST", "127.0.0.1", places, "Where to listen: addresses separated by commas, or unix:/path."),
    Setting("PORT", 8000, whole(1, 65_535), "The port to listen on."),
    Setting("THREADS", 8, whole(1, 64), "Number of requests handled at the same time."),
    Setting("BASE_URL", "", base_path.base_url, "Public address of the site. If empty: http://HOST:PORT."),
    Setting("TRUSTED_PROXY", "", proxy, "IP address of the proxy whose X-Forwarded headers are trusted."),
    Setting("SECRET_KEY", "", key, "Signs sessions. If empty, created and stored in the instance folder."),
    Setting("SQLALCHEMY_DATABASE_URI", "", database, "SQLite file. If empty: blog.db in the instance folder."),
    Setting("CACHE_TYPE", "blog.web.page_cache.store.Memory", cache_type, "Class of the page cache."),
    Setting("CACHE_MEGABYTES", 12, whole(1, 100_000), "Memory for cached pages, in MB."),
    Setting("CACHE_DEFAULT_TIMEOUT", 0, whole(0, 10**9), "Seconds a Flask-Caching backend keeps a page; 0: no limit."),
    Setting("CACHE_THRESHOLD", 1_000, whole(1, 1_000_000), "Maximum number of cached pages."),
)  # fmt: skip
# For tests. Read and checked like the others, but not documented.
INTERNAL = (Setting("AUTOSAVE_PAUSE", 2, seconds, "Seconds without typing before the form autosaves."),)


def load(config: Config, overrides: Mapping[str, Any] | None = None) -> None:
    """Fill `config` from the table, the environment and `overrides`; later ones win.

    Raises SettingInvalid, with the variable's name, for an invalid value.
    """
    config.from_prefixed_env(PREFIX)
    for variable, file in os.environ.items():
        if variable.startswith(f"{PREFIX}_") and variable.endswith("_FILE"):
            name = variable.removeprefix(f"{PREFIX}_").removesuffix("_FILE")
            config[name] = contents(variable, Path(file))
    config.update(overrides or {})
    for setting in (*TABLE, *INTERNAL):
        given = config.get(setting.name)
        # An empty variable counts as not set, and so does None, which Flask sets for SECRET_KEY.
        value = setting.default if given is None or given == "" else given
        try:
            config[setting.name] = setting.check(value)
        except ValueError as error:
            raise SettingInvalid(f"{PREFIX}_{setting.name} {error}.") from error
    fill_in(config)


def contents(variable: str, path: Path) -> str:
    """The content of the file that `variable` names."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SettingInvalid(f"{variable} names the file {path}, but it cannot be read: {reason}.") from error


def fill_in(config: Config) -> None:
    """Set the values that depend on other settings: the database, the secret key, the accepted hosts."""
    instance: Path = config["INSTANCE"]
    try:
        instance.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingInvalid(
            f"The instance folder {instance} cannot be created: {error.strerror}."
        ) from error
    config["BASE_URL"] = config["BASE_URL"] or own_url(config["HOST"], config["PORT"])
    config["ORIGIN"] = base_path.origin_of(config["BASE_URL"])
    config["BASE_PATH"] = base_path.of_url(config["BASE_URL"])
    config["APPLICATION_ROOT"] = config["BASE_PATH"] or "/"
    config["SQLALCHEMY_DATABASE_URI"] = backend.url_in(instance, config["SQLALCHEMY_DATABASE_URI"])
    keep_private(instance, backend.files(config["SQLALCHEMY_DATABASE_URI"]))
    if not config["SECRET_KEY"]:
        kept = instance / "secret_key"
        config["SECRET_KEY"] = secret_key(kept)
        if is_weak(config["SECRET_KEY"]):
            raise SettingInvalid(f"The key in {kept} is weak. Delete the file to create a new key.")
    config["SESSION_COOKIE_SECURE"] = config["BASE_URL"].startswith("https://")
    config["SESSION_COOKIE_SAMESITE"] = "Lax"
    config["SESSION_COOKIE_NAME"] = base_path.cookie_name(
        config["BASE_PATH"], is_secure=config["SESSION_COOKIE_SECURE"]
    )
    config["HOSTS"] = Hosts([urlsplit(config["BASE_URL"]).netloc, "localhost", "127.0.0.1", "[::1]"])


def own_url(places: Sequence[Place], port: int) -> str:
    """The default address of the site: the first address that it listens on."""
    host = next((place.host for place in places if place.host), "localhost")
    return f"http://{in_url(host)}:{port}"


def secret_key(path: Path) -> str:
    """The secret key stored at `path`, created on the first call and readable only by its owner."""
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_RDWR, 0o600), "r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # processes that start at the same time share one key
            key = file.read().strip()
            if not key:
                key = secrets.token_hex(32)
                # Bypasses Python's buffer, which would be written later anyway: a partial key would be taken for a
                # complete one.
                if os.write(file.fileno(), key.encode()) < len(key):
                    file.truncate(0)
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return key
    except OSError as error:
        raise SettingInvalid(
            f"The instance folder {path.parent} cannot be written to: {error.strerror}."
        ) from error
    except UnicodeDecodeError as error:
        raise SettingInvalid(
            f"{path} does not contain a valid secret key. Delete the file to create a new key."
        ) from error
