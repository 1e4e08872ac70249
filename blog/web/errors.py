"""Pages for what goes wrong: a sentence, the right status, and a way on."""

import logging

import sqlalchemy as sa
from flask import Flask, Response, current_app, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from blog import posts
from blog.db import is_outage, reconnect
from blog.errors import BlogError, CursorInvalid

log = logging.getLogger(__name__)

RETRY_SECONDS = 5

SENTENCES = {
    400: "The server did not understand this request.",
    403: "This part of the site belongs to its author.",
    404: "There is nothing at this address.",
    405: "This address does not take that kind of request.",
    413: "That is more than this site takes at once.",
}


def init_app(app: Flask) -> None:
    app.register_error_handler(BlogError, blog_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(SecurityError, foreign_host)
    app.register_error_handler(sa.exc.SQLAlchemyError, database_error)
    app.register_error_handler(InternalServerError, failure)


def blog_error(error: BlogError) -> Response:
    return page(error.status, error.message, first_page=isinstance(error, CursorInvalid))


def http_error(error: HTTPException) -> Response:
    """A page in the place of werkzeug's; the headers it needs (Allow, Location) are kept."""
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    response = page(error.code, SENTENCES.get(error.code, error.description or error.name))
    for name, value in error.get_response().headers.items():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def foreign_host(_error: SecurityError) -> Response:
    """Someone called the site by a name that is not its own (Flask's TRUSTED_HOSTS)."""
    sentence = f"This site is at {current_app.config['BASE_URL']}; the setting BLOG_BASE_URL says so."
    return make_response(sentence, 400, {"Content-Type": "text/plain; charset=utf-8"})


def page(status: int, sentence: str, *, first_page: bool = False) -> Response:
    """A page that says what is wrong and offers the way on: the listing, the tags there are, the archive."""
    tags = posts.tag_counts() if status == 404 else []
    body = render_template(
        "errors/error.html",
        status=status,
        sentence=sentence,
        tags=tags,
        listing=request.path if first_page else None,
    )
    return make_response(body, status, {"Cache-Control": "no-cache"})


def database_error(error: sa.exc.SQLAlchemyError) -> Response:
    """The database is locked, missing, damaged or full: say that it will pass. Anything else is a bug of ours."""
    if not is_outage(error):
        raise error
    log.error("database unavailable error=%r", str(getattr(error, "orig", error)))
    # When every connection is in use, more of them would not help.
    if not isinstance(error, sa.exc.TimeoutError):
        reconnect()
    return unavailable()


def unavailable() -> Response:
    """The page for an outage, which needs nothing of the database."""
    body = render_template(
        "errors/failure.html", status=503, sentence="The site cannot get at its posts right now."
    )
    return make_response(body, 503, {"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"})


def failure(error: InternalServerError) -> Response:
    """A bug, or the database going away while an error page was being made; Flask has logged the traceback."""
    original = error.original_exception
    if isinstance(original, sa.exc.SQLAlchemyError) and is_outage(original):
        return database_error(original)
    body = render_template("errors/failure.html", status=500, sentence="Something went wrong on our side.")
    return make_response(body, 500, {"Cache-Control": "no-store"})
