"""The device cookie: recognises browsers in which the author has signed in before.

When attempts from many addresses throttle the name, such a browser still has a limit of its own (OWASP, “Slow Down
Online Guessing Attacks with Device Cookies”). After a session has ended, only forms from such a browser are kept. The
cookie does not grant access. A new password invalidates it. Readers never get one.
"""

import secrets
from hashlib import sha256
from typing import NamedTuple

from flask import Response, after_this_request, current_app, request
from flask import session as cookie
from itsdangerous import BadData, URLSafeTimedSerializer

from blog.accounts import account as accounts

LASTS = 365 * 24 * 3600
"""Seconds after the last sign-in."""
LONGEST = 1_000
"""Maximum length in characters; ours have about 150."""
TOKEN = "token"  # noqa: S105 -- its name in the session's cookie


class Device(NamedTuple):
    """The content of a valid device cookie."""

    number: str
    """A random id, used to count attempts."""
    account: str
    """A digest of the account when the author signed in here."""


def name() -> str:
    """The name of the cookie, derived like the session's (`settings.cookie_name`)."""
    session: str = current_app.config["SESSION_COOKIE_NAME"]
    return session.replace("session", "device", 1)


def serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="device cookie")


def remember() -> None:
    """Set the cookie for this browser, in which the author has just signed in."""
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
    """The device of this request, or None. It may belong to an earlier name or password."""
    sent = request.cookies.get(name(), "")
    if not sent or len(sent) > LONGEST:
        return None
    try:
        number, of = serializer().loads(sent, max_age=LASTS)
        return Device(str(number), str(of))
    except (BadData, ValueError, TypeError):
        return None


def trusted() -> Device | None:
    """The device, if the author signed in here with the current name and password."""
    device = read()
    return device if device and secrets.compare_digest(device.account, account()) else None


def is_known() -> bool:
    """Whether the author has signed in with this browser before. Needs no database."""
    return TOKEN in cookie or read() is not None


def account() -> str:
    """A digest of the account's name and password hash: changing either invalidates earlier cookies."""
    return sha256("\0".join(accounts.credentials()).encode()).hexdigest()[:32]
