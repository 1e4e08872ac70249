"""The way into the author's part: the one-time link, signing in and out, the list of sessions, and the guard."""

from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from blog import accounts
from blog.web.security import SAFE_METHODS, is_authors, refuse_unmarked

bp = Blueprint("sign_in", __name__, url_prefix="/author")

TOKEN = "token"  # noqa: S105 -- its name in the session cookie
OPEN_ENDPOINTS = {"sign_in.sign_in", "sign_in.welcome"}
"""What of the author's part a visitor may ask for."""


def init_app(app: Flask) -> None:
    app.config["PERMANENT_SESSION_LIFETIME"] = accounts.SESSION_LASTS
    app.jinja_env.globals["signed_in"] = signed_in
    app.before_request(refuse_visitors)
    app.before_request(refuse_unmarked)
    app.register_blueprint(bp)


def signed_in() -> accounts.Session | None:
    """The session that this request belongs to, read once for a request."""
    if "signed_in" not in g:
        g.signed_in = accounts.session_of(session[TOKEN]) if TOKEN in session else None
    found: accounts.Session | None = g.signed_in
    return found


def refuse_visitors() -> ResponseReturnValue | None:
    """Let nobody but the author into the author's part, whatever a view there does or forgets to do."""
    if not is_authors(request.path) or request.endpoint in OPEN_ENDPOINTS or signed_in():
        return None
    if request.method not in SAFE_METHODS:
        abort(403)
    return redirect(url_for("sign_in.sign_in", next=request.full_path.rstrip("?")))


def local_path(path: str | None) -> str:
    """`path` if it is one of the author's pages here, else the desk: no link leads elsewhere after signing in."""
    if path is None or not is_authors(urlsplit(path).path) or urlsplit(path).netloc:
        return "/author/"
    return path


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    return render_template("sign_in/sign_in.html")
