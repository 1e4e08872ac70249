"""Set up an account and session directly, for tests of the author's pages."""

from typing import Any

from flask import Flask, g, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from playwright.sync_api import BrowserContext
from werkzeug.security import generate_password_hash
from werkzeug.test import TestResponse

from blog import clock
from blog.accounts import account
from blog.store.db import db, writing
from blog.store.models import Account
from blog.web.device_cookie import TOKEN

NAME = "Ada"
PASSWORD = "several words are good"
QUICK = "scrypt:1024:8:1"
"""Like the real password hash method, at minimal cost."""
HASHED = generate_password_hash(PASSWORD, QUICK)
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


class AuthorClient(FlaskClient):
    """Sends with each change what our pages send: the token and Sec-Fetch-Site."""

    csrf_token = ""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        headers = {**SAME_ORIGIN, "X-CSRFToken": self.csrf_token, **dict(kwargs.pop("headers", None) or {})}
        return super().open(*args, headers=headers, **kwargs)

    def send(self, path: str, data: dict[str, Any]) -> TestResponse:
        """What a browser sends without JavaScript: the token is a form field."""
        fields = {**data, "csrf_token": self.csrf_token}
        return super().open(path, method="POST", data=fields, headers=SAME_ORIGIN)


def make_account(app: Flask) -> None:
    """Create an account with NAME and PASSWORD, hashed at minimal cost."""
    with app.app_context(), writing():
        if db.session.get(Account, 1) is None:
            db.session.add(Account(id=1, name=NAME, password_hash=HASHED, created_at=clock.now()))


def new_session(app: Flask, *, browser: str = "a test") -> tuple[dict[str, str], str]:
    """Sign in. Returns the content of the cookie and the CSRF token."""
    make_account(app)
    with app.test_request_context():
        token = generate_csrf()  # type: ignore[no-untyped-call]
        held = {TOKEN: account.begin_session(address="127.0.0.1", browser=browser), **session}
        g.pop("csrf_token")
        db.session.remove()
    return held, token


def author_client(app: Flask) -> AuthorClient:
    """A signed-in client. Each call is another browser."""
    held, token = new_session(app)
    client = AuthorClient(app, app.response_class, use_cookies=True)
    client.csrf_token = token
    with client.session_transaction() as cookie:
        cookie.update(held)
    return client


def sign_in_browser(context: BrowserContext, app: Flask, url: str) -> None:
    """Sign a browser in at the site that serves the instance of `app` at `url`."""
    held, _ = new_session(app, browser="Chromium")
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    context.add_cookies([{"name": "session", "value": serializer.dumps(held), "url": url, "httpOnly": True}])
