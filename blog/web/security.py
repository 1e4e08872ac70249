"""Security headers on every response, and checks for every request that changes something.

Such a request must pass three checks, in this order and before any view runs: it comes from a page of this site
(`check_origin`), from the author (`blog.web.author.sign_in.require_author`), and has a valid CSRF token
(`check_csrf`).
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

# Nothing is inline and nothing is loaded from elsewhere, so the policy needs no nonces or exceptions. Headers cost
# bytes in every response: X-Frame-Options is replaced by `frame-ancestors` (CSP Level 3, section 6.4.2.2), and
# Permissions-Policy is not needed without frames and third-party scripts.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}
A_YEAR = 365 * 24 * 3600

# Maximum request sizes in bytes. Text that is too long must be read to be shown again with the error, and a form sent
# after its session ended must be kept, so sign-in accepts more than visitors otherwise may send.
VISITORS_BODY = 64 * 1024
SIGN_IN_BODY = 8 * 1024 * 1024
AUTHORS_BODY = 64 * 1024 * 1024
MOST_FIELDS = 1_000

csrf: Any = CSRFProtect()  # type: ignore[no-untyped-call]


class Foreign(BlogError):
    """A request for a change that did not come from a page of this site."""

    status = 403

    def __init__(self) -> None:
        super().__init__(_("The request came from another site, so nothing was changed."))


class CsrfTokenInvalid(BlogError):
    """A request for a change without a valid CSRF token."""

    def __init__(self) -> None:
        super().__init__(
            _("This page was open too long, or you have signed in since. Reload it and try again.")
        )


def init_app(app: Flask) -> None:
    """Install headers around `app`, including files and errors of other layers, and the checks."""
    app.config.update(
        MAX_CONTENT_LENGTH=VISITORS_BODY,
        MAX_FORM_MEMORY_SIZE=VISITORS_BODY,
        WTF_CSRF_CHECK_DEFAULT=False,  # `check_csrf` checks, after authentication
        WTF_CSRF_TIME_LIMIT=None,  # a post may be edited for days: the token is valid as long as the session
        WTF_CSRF_SSL_STRICT=False,  # `check_origin` is stricter, and browsers may omit Referer
    )
    csrf.init_app(app)
    app.before_request(refuse_other_hosts)  # first: nothing is rendered for another host
    app.before_request(check_origin)
    app.after_request(keep_private)
    app.wsgi_app = WithHeaders(app.wsgi_app)  # type: ignore[method-assign]


def take_up_to(size: int) -> None:
    """Allow this request to send `size` bytes, even in a single form field."""
    request.max_content_length = size
    request.max_form_memory_size = size


def is_authors(path: str) -> bool:
    """Whether `path` is an author page."""
    return path == AUTHOR_PREFIX or path.startswith(f"{AUTHOR_PREFIX}/")


def is_answered() -> bool:
    """Whether the response is more than an error page. Unknown addresses below /author/ are protected as well."""
    return request.routing_exception is None or is_authors(request.path)


def refuse_other_hosts() -> None:
    """Refuse other host names: no page, link or cache entry can be made for a host that is not this site's."""
    if request.environ.get("HTTP_HOST", "") not in current_app.config["HOSTS"]:
        raise SecurityError


def check_origin() -> None:
    """Refuse changes requested by a page of another site, regardless of cookies and tokens.

    Sec-Fetch-Site is set by the browser and cannot be set by a page. Browsers omit it without https (except on
    localhost), and old browsers always do. Then Origin must match BASE_URL or, if the site is called by another of its
    names, the host of the request. Requests without either header are refused.
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
    """Refuse forms with more fields than any of ours before parsing them: each field costs time and memory.

    werkzeug limits the parts of `multipart/form-data`, but not the fields of URL-encoded forms.
    """
    request.max_form_parts = MOST_FIELDS
    if request.mimetype != "application/x-www-form-urlencoded" or request.method in SAFE_METHODS:
        return
    # The body is read once; the form is parsed from the same bytes.
    if request.get_data(parse_form_data=False).count(b"&") >= MOST_FIELDS:
        raise RequestEntityTooLarge


def check_csrf() -> None:
    """Refuse changes without a valid token in `csrf_token` or the header X-CSRFToken."""
    if request.method in SAFE_METHODS or not is_answered():
        return
    try:
        csrf.protect()
    except CSRFError as error:
        raise CsrfTokenInvalid from error


def keep_private(response: Response) -> Response:
    """Disable caching of author pages and of responses to sessions.

    The post form may be restored by the browser on Back: fetched again, it would have a later version number, and
    saving would silently overwrite that version. Signing out clears the browser's cache.

    Files with a hash in their address are the same for everyone.
    """
    said = response.cache_control
    if is_authors(request.path):
        response.headers["Cache-Control"] = (
            "private, no-cache" if request.blueprint == "post_form" else "no-store"
        )
    elif (
        not (said.no_store or said.immutable or request.environ.get(PUBLIC))
        and cookie_name() in request.cookies
    ):
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def cookie_name() -> str:
    """The name of the session cookie."""
    name: str = current_app.config["SESSION_COOKIE_NAME"]
    return name


class WithHeaders:
    """WSGI middleware that adds the headers to every response of `wsgi_app`."""

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
