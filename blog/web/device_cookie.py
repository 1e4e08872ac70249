"""The device cookie: a browser in which the author signed in before is told apart from strangers.

Guessing from many addresses closes the way in by name for everybody but such a browser, which has a limit of its own
(OWASP, “Slow Down Online Guessing Attacks with Device Cookies”). And only what it sends is kept when its session has
ended. It lets nobody in. Another password makes it void. Readers never get one.
"""

import secrets
from hashlib import sha256
from typing import NamedTuple

from flask import Response, after_this_request, current_app, request
from flask import session as cookie
from itsdangerous import BadData, URLSafeTimedSerializer

from blog.accounts import account as accounts

LASTS = 365 * 24 * 3600
"""Seconds from the last time of signing in."""
LONGEST = 1_000
"""Characters; ours have some 150."""
TOKEN = "token"  # noqa: S105 -- its name in the session's cookie


class Device(NamedTuple):
    """What a browser that is known brings along."""

    number: str
    """Random, to count its tries by."""
    account: str
    """A digest of the account as it was when the author signed in here."""


def name() -> str:
    """What the cookie is called: like the session's (`settings.cookie_name`)."""
    session: str = current_app.config["SESSION_COOKIE_NAME"]
    return session.replace("session", "device", 1)


def serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="device cookie")


def remember() -> None:
    """Give this browser, in which the author has just signed in, the cookie with the answer."""
    known = read()
    number = known.number if known else secrets.token_hex(16)
    value = serializer().dumps([number, account()])

    @after_this_request
    def give(response: Response) -> Response:
        response.set_cookie(
            name(),
            value,
            max_age=LASTS,
            path=current_app.config["APPLICATION_ROOT"],
            httponly=True,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            samesite="Lax",
        )
        return response


def read() -> Device | None:
    """The device that this request comes from, if this site knows it; of the present account or of an earlier one."""
    sent = request.cookies.get(name(), "")
    if not sent or len(sent) > LONGEST:
        return None
    try:
        number, of = serializer().loads(sent, max_age=LASTS)
        return Device(str(number), str(of))
    except (BadData, ValueError, TypeError):
        return None


def trusted() -> Device | None:
    """The device, if the author signed in here with the present name and password."""
    device = read()
    return device if device and secrets.compare_digest(device.account, account()) else None


def is_known() -> bool:
    """Whether the author has signed in with this browser before. Needs no database."""
    return TOKEN in cookie or read() is not None


def account() -> str:
    """A digest of the account's name and password hash: after a change of either no earlier cookie counts."""
    return sha256("\0".join(accounts.credentials()).encode()).hexdigest()[:32]
