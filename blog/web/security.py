"""Headers on every response, and the author's part of the site closed to everyone else."""

from collections.abc import Iterable
from typing import Any

from flask import Flask, abort, request, session
from werkzeug.datastructures import Headers

AUTHOR_PREFIX = "/author"

# Nothing is inline and nothing comes from elsewhere, so the policy needs neither nonce nor exception.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
A_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Guard `app`; the last step that wraps it, so that files and failures of other layers get their headers too."""
    app.before_request(refuse_visitors)
    app.wsgi_app = WithHeaders(app.wsgi_app)  # type: ignore[method-assign]


def refuse_visitors() -> None:
    """Let nobody but the author into the author's part, whatever a view there does or forgets to do."""
    author = request.path == AUTHOR_PREFIX or request.path.startswith(f"{AUTHOR_PREFIX}/")
    if author and "account" not in session:
        abort(403)


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
