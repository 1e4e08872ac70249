"""Headers on every response, and what every request that changes something must show.

A change needs three things, asked for in this order before any view runs: it comes from a page of this site
(`refuse_foreign`), from the author (`blog.web.author.sign_in.refuse_visitors`), and carries the token that this site
put into the author's pages (`refuse_unmarked`).
"""

from collections.abc import Iterable
from typing import Any

from flask import Flask, Response, current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.datastructures import Headers
from werkzeug.exceptions import RequestEntityTooLarge, SecurityError

from blog.errors import BlogError
from blog.i18n import gettext as _
from blog.web.caching import PUBLIC

AUTHOR_PREFIX = "/author"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

# Nothing is inline and nothing comes from elsewhere, so the policy needs neither nonce nor exception. Each of these is
# in every answer: there is no X-Frame-Options, which `frame-ancestors` replaces (CSP Level 3, section 6.4.2.2), and no
# Permissions-Policy, since there are no frames and no scripts but our own to keep from anything.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}
A_YEAR = 365 * 24 * 3600

# How many bytes a request may bring along. Text that is too long has to be read to be shown again beside the reason,
# and what is sent after a session ended has to be kept: so signing in takes more than a visitor otherwise could send.
VISITORS_BODY = 64 * 1024
SIGN_IN_BODY = 8 * 1024 * 1024
AUTHORS_BODY = 64 * 1024 * 1024
MOST_FIELDS = 1_000

csrf: Any = CSRFProtect()  # type: ignore[no-untyped-call]


class Foreign(BlogError):
    """A request for a change that no page of this site made."""

    status = 403

    def __init__(self) -> None:
        super().__init__(_("The request came from another site, so nothing was changed."))


class Unmarked(BlogError):
    """A request for a change without the token of the page it says it comes from."""

    def __init__(self) -> None:
        super().__init__(
            _("This page was open too long, or you have signed in since. Reload it and try again.")
        )


def init_app(app: Flask) -> None:
    """Add headers around `app`, files and failures of other layers included, and look at requests for changes."""
    app.config.update(
        MAX_CONTENT_LENGTH=VISITORS_BODY,
        MAX_FORM_MEMORY_SIZE=VISITORS_BODY,
        WTF_CSRF_CHECK_DEFAULT=False,  # `refuse_unmarked` asks, after it is known who asks
        WTF_CSRF_TIME_LIMIT=None,  # a post may be written on for days: the token holds as long as the session
        WTF_CSRF_SSL_STRICT=False,  # `refuse_foreign` is stricter, and browsers may leave Referer out
    )
    csrf.init_app(app)
    app.before_request(refuse_other_hosts)  # first: nothing is made for a host that is not ours
    app.before_request(refuse_foreign)
    app.after_request(keep_private)
    app.wsgi_app = WithHeaders(app.wsgi_app)  # type: ignore[method-assign]


def take_up_to(size: int) -> None:
    """Let this request bring `size` bytes along, in one field of a form if need be."""
    request.max_content_length = size
    request.max_form_memory_size = size


def is_authors(path: str) -> bool:
    """Whether `path` lies in the author's part of the site."""
    return path == AUTHOR_PREFIX or path.startswith(f"{AUTHOR_PREFIX}/")


def is_answered() -> bool:
    """Whether more than an error page answers this request; in the author's part even an unknown address is guarded."""
    return request.routing_exception is None or is_authors(request.path)


def refuse_other_hosts() -> None:
    """Refuse a request for another name: no page, link or cache entry can then be made for a host that is not ours."""
    if request.environ.get("HTTP_HOST", "") not in current_app.config["HOSTS"]:
        raise SecurityError


def refuse_foreign() -> None:
    """Refuse to change anything for a page of another site, whatever cookie or token comes along.

    Sec-Fetch-Site is the browser's own word and cannot be set by a page; browsers leave it out where the site is not
    on https (or localhost), and old ones do always. Then Origin must be ours: the setting BASE_URL's or, for whoever
    calls the site by another of its names, the request's own. A request with neither header is refused.
    """
    if request.method in SAFE_METHODS or not is_answered():
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is None:
        origin = request.headers.get("Origin", "")
        if origin not in {current_app.config["ORIGIN"], request.host_url.rstrip("/")}:
            raise Foreign
    elif site not in {"same-origin", "none"}:
        raise Foreign


def refuse_many_fields() -> None:
    """Refuse a form with more fields than any of ours has, before it is taken apart: each costs time and memory.

    werkzeug bounds the parts of `multipart/form-data` and not the fields of the other kind of form.
    """
    request.max_form_parts = MOST_FIELDS
    if request.mimetype != "application/x-www-form-urlencoded" or request.method in SAFE_METHODS:
        return
    # Read once: the form is made of the same bytes afterwards.
    if request.get_data(parse_form_data=False).count(b"&") >= MOST_FIELDS:
        raise RequestEntityTooLarge


def refuse_unmarked() -> None:
    """Refuse to change anything without the token of one of our pages: `csrf_token` or the header X-CSRFToken."""
    if request.method in SAFE_METHODS or not is_answered():
        return
    try:
        csrf.protect()
    except CSRFError as error:
        raise Unmarked from error


def keep_private(response: Response) -> Response:
    """Let no cache keep what was made for the author: nothing of the author's part, and no answer to a session.

    But a form is what its browser shows again on Back, with what was typed: fetched anew it would be of a later
    version, of which what was typed would take the place unseen. Signing out empties the browser's cache.

    What an address with a hash names is the same for everyone, signed in or not.
    """
    said = response.cache_control
    if is_authors(request.path):
        response.headers["Cache-Control"] = (
            "private, no-cache" if request.blueprint == "writing" else "no-store"
        )
    elif (
        not (said.no_store or said.immutable or request.environ.get(PUBLIC))
        and cookie_name() in request.cookies
    ):
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def cookie_name() -> str:
    """What the session's cookie is called."""
    name: str = current_app.config["SESSION_COOKIE_NAME"]
    return name


class WithHeaders:
    """Adds the headers to whatever `wsgi_app` answers."""

    def __init__(self, wsgi_app: Any) -> None:
        self.wsgi_app = wsgi_app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            complete = Headers(headers)
            for name, value in HEADERS.items():
                complete.setdefault(name, value)
            if environ["wsgi.url_scheme"] == "https":
                complete.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}")
            return start_response(status, complete.to_wsgi_list(), *error)

        answer: Iterable[bytes] = self.wsgi_app(environ, start)
        return answer
