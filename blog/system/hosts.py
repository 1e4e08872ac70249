"""Host names: those that a site answers to, and IPv6 addresses in URLs."""

import re
from collections.abc import Iterable
from ipaddress import IPv6Address

LABEL = r"[a-z0-9_-]{1,63}"
HOST = re.compile(
    rf"(?:\[(?P<v6>[0-9a-f:.]{{2,45}})\]|(?![^:]{{256}})(?P<name>(?:{LABEL}\.)*{LABEL}\.?))(?::(?P<port>[0-9]{{0,5}}))?"
)
"""The Host header (RFC 9110, section 7.2), in lower case. Its port may be empty (RFC 3986, section 3.2.3)."""


class Hosts:
    """The hosts of a site. werkzeug's trusted hosts do not support IPv6 addresses."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(filter(None, map(plain, names)))

    def __contains__(self, header: str) -> bool:
        """Whether a Host header names one of them, with any port."""
        return plain(header) in self.names


def plain(header: str) -> str | None:
    """The normalised host of a Host header, without port, or None if it is invalid."""
    match = HOST.fullmatch(header.lower())
    if match is None or int(match["port"] or 1) not in range(1, 65_536):
        return None
    if match["v6"] is None:
        return match["name"]
    try:
        return f"[{IPv6Address(match['v6'])}]"
    except ValueError:
        return None


def in_url(host: str) -> str:
    """`host` in a URL: IPv6 addresses in brackets (RFC 3986), wildcard addresses as localhost."""
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104 -- compared with, not bound to
        return "localhost"
    return f"[{host}]" if ":" in host else host
