"""Headers on every response, and the author's part of the site closed to everyone else."""

from flask import Flask, Response, abort, request, session

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
    app.before_request(refuse_visitors)
    app.after_request(add_headers)


def refuse_visitors() -> None:
    """Let nobody but the author into the author's part, whatever a view there does or forgets to do."""
    author = request.path == AUTHOR_PREFIX or request.path.startswith(f"{AUTHOR_PREFIX}/")
    if author and "account" not in session:
        abort(403)


def add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}")
    return response
