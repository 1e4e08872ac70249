"""Checks of the machine before the site starts.

Settings are checked in `blog.settings`, the database's library by its backend (`blog.store.backend`), the files of
`static/` in `blog.web.assets`.
"""

from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from blog.errors import SettingInvalid
from blog.system.listening import Place


def check(root: Path) -> None:
    """Check the data of time zones and the templates below `root`. Raises SettingInvalid."""
    check_time_zones()
    check_templates(root / "templates")


def check_time_zones() -> None:
    try:
        ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError as error:
        raise SettingInvalid("Time zone data is missing. Install the Python package tzdata.") from error


def check_templates(folder: Path) -> None:
    """Read every template once. Otherwise a missing or unreadable one would only fail on its page."""
    names = list(folder.rglob("*.html"))
    if not names:
        raise SettingInvalid(f"The folder {folder} has no templates. Reinstall Scrollwork.")
    for path in names:
        try:
            path.read_bytes()
        except OSError as error:
            raise SettingInvalid(f"The template {path} cannot be read: {error.strerror}.") from error


def weaknesses(config: Mapping[str, Any]) -> list[str]:
    """Warnings about insecure settings. The site starts anyway."""
    found = []
    places: Sequence[Place] = config["HOST"]
    is_reached_from_elsewhere = any(place.host and not is_local(place.host) for place in places)
    host = urlsplit(config["BASE_URL"]).hostname or ""
    if config["BASE_URL"].startswith("http://") and not is_local(host):
        found.append(
            f"BLOG_BASE_URL is {config['BASE_URL']}: others on the network can read password and session without https."
        )
    if config["TRUSTED_PROXY"] == "*" and is_reached_from_elsewhere:
        found.append(
            "BLOG_TRUSTED_PROXY is * and BLOG_HOST accepts other machines: any of them can fake its IP address, "
            "so the limits on sign-in attempts do not work. Set the proxy's address."
        )
    return found


def is_local(host: str) -> bool:
    """Whether a host is this machine only."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
