"""Throttle sign-in after failed attempts, per client address and per name.

Attempts are counted in memory; waitress runs one process. A restart resets the counters, but whoever can restart the
server need not guess passwords. The one-time link (`flask author reset`) is not throttled, in case somebody's attempts
lock the author out.
"""

import math
import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from flask import Flask, current_app
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from blog import clock
from blog.errors import BlogError
from blog.i18n import ngettext

PER_ADDRESS = RateLimitItemPerMinute(5, 1, namespace="address")
# A higher limit over a longer time: it slows down guessing from many addresses without locking the author out.
PER_NAME = RateLimitItemPerMinute(100, 15, namespace="name")
# Browsers in which the author has signed in before skip both limits, so that attempts of others do not lock the author
# out.
PER_DEVICE = RateLimitItemPerMinute(10, 15, namespace="device")
ADDRESS = re.compile(
    r"\[(?P<bracketed>[^\]]+)\](:\d+)?|(?P<v4>[0-9.]+)(:\d+)?|(?P<bare>[0-9A-Fa-f:.%\w]+)", re.ASCII
)
TRANSLATED = IPv6Network("64:ff9b::/96")
LONGEST_KEY = 100  # characters of a name that count


class TooManyTries(BlogError):
    """Sign-in is throttled for this name or address for `seconds`."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(
            ngettext(
                "Too many attempts. Try again in one second.",
                "Too many attempts. Try again in %(number)s seconds.",
                seconds,
            )
        )
        self.seconds = seconds


def init_app(app: Flask) -> None:
    app.extensions["tries"] = MovingWindowRateLimiter(MemoryStorage())


def count_try(*, name: str, address: str, device: str = "") -> None:
    """Count an attempt as failed before checking it, so that parallel attempts are all counted. Raises TooManyTries.

    `device` is the id of a trusted browser (`blog.web.device_cookie`), or an empty string.
    """
    limiter: MovingWindowRateLimiter = current_app.extensions["tries"]
    # The address first: attempts refused for the address must not count for the name, or one machine could lock it.
    for limit, key in keys(name, address, device):
        if not limiter.hit(limit, key):
            free_at = limiter.get_window_stats(limit, key).reset_time
            raise TooManyTries(max(1, math.ceil(free_at - clock.now().timestamp())))


def forget_tries(*, name: str, address: str, device: str = "") -> None:
    """Reset the counters after a successful sign-in, since earlier failures may have been typing errors."""
    for limit, key in keys(name, address, device):
        current_app.extensions["tries"].clear(limit, key)


def keys(name: str, address: str, device: str) -> list[tuple[RateLimitItemPerMinute, str]]:
    if device:
        return [(PER_DEVICE, device)]
    return [(PER_ADDRESS, network(address)), (PER_NAME, " ".join(name.split())[:LONGEST_KEY])]


def translated(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address in a translated IPv6 address (RFC 6052). With /56, all of these would be one client."""
    return IPv4Address(address.packed[-4:]) if address in TRANSLATED else None


def network(address: str) -> str:
    """The client that `address` identifies, in the notations of proxies: with port, in brackets, IPv4-mapped IPv6.

    The first 56 bits of an IPv6 address count, the size of a typical customer network (RFC 6177, RIPE-690), so that its
    subnets are one client. Everything that is not an address, such as `unknown` or `_hidden` (RFC 7239, section 6),
    counts as one client; otherwise a client could choose a new word for each attempt.
    """
    match = ADDRESS.fullmatch(address.strip())
    try:
        parsed = ip_address(
            (match["bracketed"] or match["v4"] or match["bare"]).partition("%")[0] if match else ""
        )
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or translated(parsed)
        return str(inner) if inner else str(ip_network((parsed, 56), strict=False))
    return str(parsed)
