"""The page cache, as views use it: which responses may be cached, and for which state of the content.

`blog.web.page_cache.middleware` looks up pages before Flask is called, and stores what a view has marked as cacheable.
Nothing is purged: an entry carries the content version and the date of the newest published post, and is valid as long
as the database has the same. So a change by any process is visible in the next request to any other.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import NamedTuple

from flask import Flask, Request, Response, g, make_response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_caching import Cache

from blog.errors import SettingInvalid
from blog.site import overview
from blog.store.freshness import ContentState

cache = Cache()

PUBLIC = "scrollwork.public"
"""In a request's environment: true if the answer may be anyone's, as the front has found out."""
SESSION = "scrollwork.session"
PAGE = "scrollwork.page"
"""Key in the WSGI environment for what a view says about its page."""


class Sessions(SecureCookieSessionInterface):
    """Flask's sessions, which leave themselves where `is_personal` finds them."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        opened = super().open_session(app, request)
        request.environ[SESSION] = opened
        return opened


class Page(NamedTuple):
    """What a view says about its page."""

    state: ContentState
    keep: bool


def init_app(app: Flask) -> None:
    """Raises SettingInvalid if the store for pages cannot be used."""
    app.session_interface = Sessions()
    name = app.config["CACHE_TYPE"]
    is_files = name.endswith("FileSystemCache")
    if is_files and not app.config.get("CACHE_DIR"):
        raise SettingInvalid(f"BLOG_CACHE_DIR must name a folder for {name}.")
    try:
        cache.init_app(app, {"CACHE_TYPE": "blog.web.page_cache.page_files.PageFiles"} if is_files else None)
    except (
        Exception
    ) as error:  # each backend has its own exceptions, and the site does not start with any of them
        raise SettingInvalid(f"BLOG_CACHE_TYPE={name} cannot be used: {error}.") from error
    app.extensions["code_version"] = running_version(Path(app.root_path))


@lru_cache(maxsize=1)
def running_version(root: Path) -> str:
    """The digest of the code that this process runs. Files changed after its start do not count."""
    return code_version(root)


def code_version(root: Path) -> str:
    """A digest of the code that renders pages: a persistent cache must not serve pages of older code."""
    digest = hashlib.sha256()
    for folder in ("blog", "templates", "static"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def site_context() -> overview.SiteContext:
    """The site settings and counters, read once per request."""
    if "site_context" not in g:
        g.site_context = overview.read()
    current: overview.SiteContext = g.site_context
    return current


def cached_page(view: Callable[..., ResponseReturnValue]) -> Callable[..., Response]:
    """Allow the cache to store `view`'s responses to visitors with status 200.

    Unless the view calls `leave_out()`, sets a cookie or reads the session. Exceptions are passed on.
    """

    @wraps(view)
    def answer(**values: object) -> Response:
        public = bool(request.environ.get(PUBLIC))
        g.cache_status = "miss" if public else "bypass"
        now = site_context()  # first: this begins the transaction in which everything else is read
        response = make_response(view(**values))
        if not public or is_personal(response):
            response.headers.setdefault("Cache-Control", "private, no-cache")
        elif response.status_code == 200:
            state = ContentState(now.site.content_version, now.newest)
            request.environ[PAGE] = Page(state, not g.get("leave_out"))
        return response

    return answer


def is_personal(response: Response) -> bool:
    """Whether `response` is for this visitor alone."""
    # Not flask.session: to ask it is to look at it, and then the response would say that it varies with the cookie.
    session = request.environ.get(SESSION)
    return "Set-Cookie" in response.headers or (session is not None and session.accessed)


def leave_out() -> None:
    """Cache the response only in the browser: its address can be varied without limit."""
    g.leave_out = True
