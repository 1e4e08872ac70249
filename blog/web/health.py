"""Health checks for monitoring."""

from flask import Blueprint, Response, current_app, make_response

from blog.site.readiness import readiness

bp = Blueprint("health", __name__)

PLAIN = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


@bp.get("/healthz")
def healthz() -> Response:
    """Whether the server responds. Does not query the database."""
    return make_response("ok\n", 200, PLAIN)


@bp.get("/readyz")
def readyz() -> Response:
    """Whether readers get pages, and in words whether the author can save. 503 only if readers get none."""
    live, trouble = readiness(current_app.extensions["page_cache"].freshness)
    if live is None:
        return make_response(f"{trouble}\n", 503, PLAIN)
    said = f"for readers only, {live} posts. {trouble}" if trouble else f"ok, {live} posts"
    return make_response(f"{said}\n", 200, PLAIN)
