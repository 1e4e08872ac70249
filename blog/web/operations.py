"""Addresses for machines that watch over the site."""

from flask import Blueprint, Response, make_response

from blog import site

bp = Blueprint("operations", __name__)

PLAIN = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


@bp.get("/healthz")
def healthz() -> Response:
    """Whether the server answers at all; asks nothing of the database."""
    return make_response("ok\n", 200, PLAIN)


@bp.get("/readyz")
def readyz() -> Response:
    """Whether readers get pages: the database answers. If not, the error page for it, with 503."""
    return make_response(f"ok, {site.standing().live} posts\n", 200, PLAIN)
