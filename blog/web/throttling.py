"""Signing in is held up after a few failures: for the address they came from, and for the name they were for.

Counted in the memory of the process, of which waitress runs one: a restart forgets, and whoever can restart the server
need not guess. A new one-time link (`flask author reset`) is not held up, should somebody's guessing keep the author
out.
"""

import math
from ipaddress import IPv6Address, ip_address, ip_network

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
LONGEST_KEY = 100  # characters of a name that are looked at


class TooManyTries(BlogError):
    """Signing in is held up for this name or this address, for so many `seconds`."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(
            ngettext(
                "Too many tries. Try again in one second.",
                "Too many tries. Try again in %(number)s seconds.",
                seconds,
            )
        )
        self.seconds = seconds


def init_app(app: Flask) -> None:
    app.extensions["tries"] = MovingWindowRateLimiter(MemoryStorage())


def count_try(*, name: str, address: str) -> None:
    """Note a try as a failure, before it is looked at: many side by side all count. Raises TooManyTries."""
    limiter: MovingWindowRateLimiter = current_app.extensions["tries"]
    # The address first: what is refused for it must not count against the name, or one machine could keep it locked.
    for limit, key in keys(name, address):
        if not limiter.hit(limit, key):
            free_at = limiter.get_window_stats(limit, key).reset_time
            raise TooManyTries(max(1, math.ceil(free_at - clock.now().timestamp())))


def forget_tries(*, name: str, address: str) -> None:
    """Whoever knew the password may have mistyped it before."""
    for limit, key in keys(name, address):
        current_app.extensions["tries"].clear(limit, key)


def keys(name: str, address: str) -> list[tuple[RateLimitItemPerMinute, str]]:
    return [(PER_ADDRESS, network(address)), (PER_NAME, " ".join(name.split())[:LONGEST_KEY])]


def network(address: str) -> str:
    """Whom `address` belongs to: with IPv6 a customer has at least a /64, and so 2**64 addresses."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address  # a proxy on a Unix socket may name none
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, 64), strict=False)) if isinstance(parsed, IPv6Address) else address
