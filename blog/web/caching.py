"""The response cache: a page is made once for each state of the content and then handed out ready.

Nothing is ever purged. The key of an entry carries the content version, which the database raises with each change,
and the date of the newest live post, which a scheduled post moves when its hour comes. So a change by any process is
seen by the next request to any other, and old entries are simply never asked for again.
"""

import gzip
import hashlib
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import NamedTuple

from flask import Flask, Response, current_app, g, make_response, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_caching import Cache

from blog import site

cache = Cache()

KNOWN_ARGUMENTS = ("after", "upto")
"""The query arguments that public pages look at, in the order in which addresses have them."""

SMALLEST_COMPRESSED = 500  # bytes


class Entry(NamedTuple):
    """A finished page."""

    headers: list[tuple[str, str]]
    body: bytes
    gzipped: bytes


def init_app(app: Flask) -> None:
    cache.init_app(app)
    app.extensions["code_version"] = code_version(Path(app.root_path))


def code_version(root: Path) -> str:
    """A digest of what pages are made with: a store that outlives a restart must not show pages of older code."""
    digest = hashlib.sha256()
    for folder in ("blog", "templates", "static"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def standing() -> site.Standing:
    """The site's standing, read once for a request."""
    if "standing" not in g:
        g.standing = site.standing()
    current: site.Standing = g.standing
    return current


def cached_page(view: Callable[..., ResponseReturnValue]) -> Callable[..., Response]:
    """Answer `view`'s public GET and HEAD requests from the cache, filling it when they are not in it.

    Stored are answers with status 200 to visitors, unless the view says `leave_out()`, sets a cookie or looks at the
    session. Errors are raised through, so they are never stored.
    """

    @wraps(view)
    def answer(**values: object) -> Response:
        if not is_public():
            g.cache_status = "bypass"
            return private(make_response(view(**values)))
        place = key()
        entry: Entry | None = cache.get(place)
        g.cache_status = "hit" if entry else "miss"
        if entry is None:
            response = make_response(view(**values))
            if is_personal(response):
                return private(response)
            if response.status_code != 200:
                return response
            entry = finished(response)
            if not g.get("leave_out"):
                cache.set(place, entry)
        return response_from(entry)

    return answer


def is_public() -> bool:
    """Whether the answer to this request may be anyone's: it is read-only, and nobody is signed in."""
    return (
        request.method in {"GET", "HEAD"} and current_app.config["SESSION_COOKIE_NAME"] not in request.cookies
    )


def is_personal(response: Response) -> bool:
    """Whether `response` is for this visitor alone."""
    # Not flask.session: to ask it is to look at it, and then the response would say that it varies with the cookie.
    session = request_ctx._session
    return "Set-Cookie" in response.headers or (session is not None and session.accessed)


def private(response: Response) -> Response:
    """Forbid caches on the way to keep `response`; the browser may, but has to ask each time."""
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def key() -> str:
    """The key of this request's page: the state of code and content, the path, and the known query arguments.

    The method is not in it (HEAD is answered from GET's entry), nor is the host: addresses are made from BASE_URL.
    """
    now = standing()
    arguments = [(name, request.args[name]) for name in KNOWN_ARGUMENTS if name in request.args]
    parts = (
        current_app.extensions["code_version"],
        current_app.config["BASE_URL"],
        now.site.content_version,
        now.newest,
        request.path,
        arguments,
    )
    return f"page:{hashlib.sha256(repr(parts).encode()).hexdigest()}"


def finished(response: Response) -> Entry:
    """What is kept of a rendered response, with the work done that is the same for every reader."""
    body = response.get_data()
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.headers["Vary"] = "Accept-Encoding"
    # Weak, since the same tag stands for the compressed and the plain bytes (RFC 9110, section 8.8.1).
    response.set_etag(hashlib.sha256(body).hexdigest()[:24], weak=True)
    headers = [(name, value) for name, value in response.headers if name != "Content-Length"]
    gzipped = gzip.compress(body, 6, mtime=0) if len(body) >= SMALLEST_COMPRESSED else b""
    return Entry(headers, body, gzipped)


def response_from(entry: Entry) -> Response:
    """`entry` as this request wants it: compressed or not, or only the word that nothing changed (304)."""
    gzipped = bool(entry.gzipped) and request.accept_encodings["gzip"] > 0
    response = current_app.response_class(entry.gzipped if gzipped else entry.body, headers=entry.headers)
    if gzipped:
        response.headers["Content-Encoding"] = "gzip"
    response.make_conditional(request)
    return response


def leave_out() -> None:
    """Do not store the response to this request: its address could be varied without end."""
    g.leave_out = True
