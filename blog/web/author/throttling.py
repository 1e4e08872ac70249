"""Signing in is held up after a few failures: for the address they came from, and for the name they were for.

Counted in the memory of the process, of which waitress runs one: a restart forgets, and whoever can restart the server
need not guess. A new one-time link (`flask author reset`) is not held up, should somebody's guessing keep the author
out.
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
# More, and for longer: guessing from many addresses is slow work then, and none of them keeps the author out alone.
PER_NAME = RateLimitItemPerMinute(100, 15, namespace="name")
# A browser in which the author signed in before goes past both: guesses of others must not keep the author out.
PER_DEVICE = RateLimitItemPerMinute(10, 15, namespace="device")
ADDRESS = re.compile(
    r"\[(?P<bracketed>[^\]]+)\](:\d+)?|(?P<v4>[0-9.]+)(:\d+)?|(?P<bare>[0-9A-Fa-f:.%\w]+)", re.ASCII
)
TRANSLATED = IPv6Network("64:ff9b::/96")
LONGEST_KEY = 100  # characters of a name that are looked at


class TooManyTries(BlogError):
    """Signing in is held up for this name or this address, for so many `seconds`."""

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
    """Note a try as a failure, before it is looked at: many side by side all count. Raises TooManyTries.

    `device` is the number of a browser that is trusted (`blog.web.device_cookie`); empty for all others.
    """
    limiter: MovingWindowRateLimiter = current_app.extensions["tries"]
    # The address first: what is refused for it must not count against the name, or one machine could keep it locked.
    for limit, key in keys(name, address, device):
        if not limiter.hit(limit, key):
            free_at = limiter.get_window_stats(limit, key).reset_time
            raise TooManyTries(max(1, math.ceil(free_at - clock.now().timestamp())))


def forget_tries(*, name: str, address: str, device: str = "") -> None:
    """Whoever knew the password may have mistyped it before."""
    for limit, key in keys(name, address, device):
        current_app.extensions["tries"].clear(limit, key)


def keys(name: str, address: str, device: str) -> list[tuple[RateLimitItemPerMinute, str]]:
    if device:
        return [(PER_DEVICE, device)]
    return [(PER_ADDRESS, network(address)), (PER_NAME, " ".join(name.split())[:LONGEST_KEY])]


def translated(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a translator wrote as an IPv6 one (RFC 6052). By /56 all of these would be one visitor."""
    return IPv4Address(address.packed[-4:]) if address in TRANSLATED else None


def network(address: str) -> str:
    """Whom `address` belongs to, as a proxy may write it: with a port, in brackets, IPv4 in the form of IPv6.

    Of IPv6 the first 56 bits count, which is what a household gets (RFC 6177, RIPE-690): its 256 networks must not
    count as 256 visitors. All that is no address, such as `unknown` or `_hidden` (RFC 7239, section 6), is one visitor,
    or whoever chooses the word could choose a new one each time.
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
