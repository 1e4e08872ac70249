"""The page cache in front of Flask: cached pages are sent without calling Flask.

`blog.web.caching` explains how freshness is decided. A missing page is rendered by one request while other requests for
it wait. While the database is unavailable, the last state of each page is served.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from functools import lru_cache, partial
from http.cookies import CookieError
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from itsdangerous import BadData
from werkzeug.http import parse_cookie

from blog import clock
from blog.errors import DatabaseAway
from blog.store import upgrading
from blog.store.current import backend
from blog.store.freshness import ContentState, Freshness, Unreachable
from blog.system.hosts import Hosts
from blog.web import conditional, errors
from blog.web.caching import PAGE, PUBLIC, cache
from blog.web.compression import UNACCEPTABLE, UNCOMPRESSED, Made, for_one, not_acceptable, preferred
from blog.web.device_cookie import TOKEN
from blog.web.page_cache.entries import Entry, finished
from blog.web.page_cache.page_arguments import known_arguments
from blog.web.page_cache.single_flight import WAIT_SECONDS, SingleFlight
from blog.web.security import HEADERS

Environ = dict[str, Any]
Answer = Iterable[bytes]

NOT_PAGES = ("/author", "/static/", "/media/", "/accent-", "/preview/", "/search", "/healthz", "/readyz")
"""Paths that are never cached: the author's, other middleware's, health checks, and search (unlimited queries)."""
PROBES = frozenset({"/healthz", "/readyz"})
"""Health checks: any host name is allowed. Monitoring uses IP addresses, and they reveal nothing about the site."""
LONGEST_HOST = 255
"""Maximum length of a host name (RFC 1035, section 2.3.4)."""
WITHOUT_DATABASE = ("/static/", "/media/", "/accent-", "/healthz")


def init_app(app: Flask) -> None:
    """Install the cache in front of `app`."""
    with app.app_context():
        is_prepared = not isinstance(app.extensions["upgrade"], DatabaseAway)
        front = PageCache(app, backend.freshness(partial(prepare, app), is_prepared=is_prepared))
    app.extensions["page_cache"] = app.wsgi_app = front  # type: ignore[method-assign]


def prepare(app: Flask) -> None:
    """Upgrade a database that has become available again. Raises DatabaseUnusable."""
    with app.app_context():
        upgrading.upgrade(app.config["INSTANCE"], wait=False)


class PageCache:
    """WSGI middleware: answers from the cache, or passes the request on to `app`."""

    def __init__(self, app: Flask, freshness: Freshness) -> None:
        self.app = app
        self.inner = app.wsgi_app
        self.freshness = freshness
        self.store = app.extensions["cache"][cache]
        self.flights = SingleFlight()
        self.waiting: Callable[[int], None] = lambda _more: None
        """Called with +1 when a request starts waiting and -1 when it continues: the server adds a thread."""
        self.prefix = f"{app.extensions['code_version']} {app.config['BASE_URL']} "
        self.session = app.config["SESSION_COOKIE_NAME"]
        self.host = urlsplit(app.config["BASE_URL"]).netloc
        self.signer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        self.hosts: Hosts = app.config["HOSTS"]
        self.trusted = lru_cache(100)(self.hosts.__contains__)

    def __call__(self, environ: Environ, start_response: Any) -> Answer:
        accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
        if preferred(accepted) == UNACCEPTABLE and not environ["PATH_INFO"].startswith(UNCOMPRESSED):
            return not_acceptable(start_response, HEADERS.items())
        return self.answer(environ, start_response)

    def answer(self, environ: Environ, start_response: Any) -> Answer:
        page = self.page(environ)
        if page is None:
            if (probe := environ["PATH_INFO"].rstrip("/")) in PROBES:
                environ["PATH_INFO"], environ["HTTP_HOST"] = probe, self.host
            if not environ["PATH_INFO"].startswith(WITHOUT_DATABASE):
                # A database that has become available again is upgraded for the author's requests as well.
                with suppress(Unreachable):
                    self.freshness.state()
            return self.pass_on(environ, start_response)
        environ[PUBLIC] = True
        try:
            entry = self.fresh(page)
            if entry is not None:
                return self.send(entry, environ, start_response, "hit")
            if self.is_maker(page):
                try:
                    return self.make(page, environ, start_response)
                finally:
                    self.flights.land(page)
            entry = self.fresh(page)
        except Unreachable:
            return self.without_database(page, environ, start_response)
        if entry is not None:
            return self.send(entry, environ, start_response, "fwd=miss; collapsed")
        # The rendered page was not cached or is already outdated: do not wait again.
        return self.make(page, environ, start_response)

    def fresh(self, page: str) -> Entry | None:
        """The current page, if it is cached. Raises Unreachable."""
        state = self.freshness.state()
        entry: Entry | None = self.store.get(page)
        return entry if entry is not None and entry.state == state else None

    def is_maker(self, page: str) -> bool:
        """Whether this request renders the page. Otherwise it has waited for the request that did."""
        flight = self.flights.join(page)
        if flight is None:
            return True
        self.waiting(+1)
        try:
            flight.wait(WAIT_SECONDS)
        finally:
            self.waiting(-1)
        return False

    # --- which page

    def page(self, environ: Environ) -> str | None:
        """The cache key, or None if the page is never cached."""
        path: str = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or path.startswith(NOT_PAGES):
            return None
        if "HTTP_COOKIE" in environ and self.is_authors(environ["HTTP_COOKIE"]):
            return None
        host = environ.get("HTTP_HOST", "")
        if len(host) > LONGEST_HOST or not self.trusted(host):
            return None
        query = environ.get("QUERY_STRING", "")
        arguments = known_arguments(path, query) if query else ""
        # https adds a header. Other hosts do not get here, and addresses are made from BASE_URL.
        return f"{self.prefix}{environ['wsgi.url_scheme']} {path}?{arguments}"

    def is_authors(self, cookies: str) -> bool:
        """Whether the request has the session of a signed-in author. Only such requests bypass the cache.

        A visitor who opens the sign-in page also gets a signed session, but one without a token.
        """
        if self.session not in cookies:
            return False
        try:
            signed = parse_cookie(cookies).get(self.session, "")
            session = self.signer.loads(signed)
            return isinstance(session, dict) and bool(session.get(TOKEN))
        except (BadData, CookieError, ValueError):
            return False

    # --- answering

    def send(self, entry: Entry, environ: Environ, start_response: Any, status: str) -> Answer:
        """The response for `entry`: in the preferred coding, or 304."""
        coding = preferred(environ.get("HTTP_ACCEPT_ENCODING", ""))
        headers, body = entry.answers.get(coding) or entry.answers["identity"]
        told = [
            *headers,
            ("Cache-Status", f"scrollwork; {status}"),
            ("Server-Timing", f'cache;desc="{status}"'),
        ]
        status_of_condition = conditional.failed(environ, entry.etag, entry.modified)
        if status_of_condition is not None:
            rest = [(n, v) for n, v in told if n.lower() not in conditional.REPRESENTATION]
            if status_of_condition == conditional.NOT_MODIFIED:
                start_response("304 NOT MODIFIED", rest)
            else:
                start_response("412 PRECONDITION FAILED", [*rest, ("Content-Length", "0")])
            return []
        start_response("200 OK", told)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def make(self, page: str, environ: Environ, start_response: Any) -> Answer:
        """Call Flask, and cache the response if allowed."""
        asked = conditional.as_get(environ)
        made = self.ask(asked)
        earlier: Entry | None
        if made.status.startswith("5") and (earlier := self.store.get(page)):
            return self.send(earlier, environ, start_response, "hit; detail=stale")
        said = asked.get(PAGE)
        if said is None:
            made = for_one(made, environ)
            start_response(made.status, [*made.headers, ("Cache-Status", "scrollwork; fwd=miss")])
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [made.body]
        modified = self.modified(said.state)
        if not said.keep:
            # Not cached, so only this request's coding is compressed.
            wanted = preferred(environ.get("HTTP_ACCEPT_ENCODING", ""))
            codings = (wanted,) if wanted != "identity" else ()
            entry = finished(made, said.state, modified, keep=False, codings=codings)
            return self.send(entry, environ, start_response, "fwd=miss")
        entry = finished(made, said.state, modified)
        # Flask-Caching's backends do not report whether they stored a value; ours does.
        is_stored = self.store.set(page, entry) is not False
        return self.send(entry, environ, start_response, "fwd=miss; stored" if is_stored else "fwd=miss")

    def modified(self, state: ContentState) -> datetime | None:
        """The time of the last change to anything a page of `state` shows, in whole seconds.

        None within that second, in which it may change again. All processes give the same answer, also after a restart.
        """
        at = state.changed.replace(microsecond=0)
        return at if at < clock.now().replace(microsecond=0) else None

    def pass_on(self, environ: Environ, start_response: Any) -> Answer:
        """Call Flask for a request that is never cached. Compress the response unless that could reveal a secret."""
        if environ["PATH_INFO"].startswith(UNCOMPRESSED) or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self.inner(environ, start_response)
        made = for_one(self.ask(conditional.as_get(environ)), environ)
        start_response(made.status, made.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [made.body]

    def ask(self, environ: Environ) -> Made:
        told: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_error: Any) -> Any:
            told[:] = [status, headers]

        answer = self.inner(environ, start_response)
        try:
            body = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        return Made(told[0], told[1], body)

    def without_database(self, page: str, environ: Environ, start_response: Any) -> Answer:
        """The last state of the page, or an error page. Neither needs the database."""
        entry: Entry | None = self.store.get(page)
        if entry is not None:
            return self.send(entry, environ, start_response, "hit; detail=stale")
        with self.app.request_context(environ):
            answer = errors.unavailable()
        body = answer.get_data()
        told = ("Cache-Status", 'scrollwork; fwd=miss; detail="no database"')
        headers = [*HEADERS.items(), *answer.headers.to_wsgi_list(), told]
        start_response("503 SERVICE UNAVAILABLE", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
