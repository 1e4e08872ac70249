"""Error pages: a sentence, the right status, and links to continue."""

import logging

import sqlalchemy as sa
from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from blog.errors import BlogError, CursorInvalid
from blog.i18n import N_
from blog.i18n import gettext as _
from blog.store.current import backend
from blog.store.db import reconnect
from blog.system import disk
from blog.web import mistyped
from blog.web.device_cookie import is_known
from blog.web.pending_form import Held, is_form, sent, wants_json
from blog.web.security import SIGN_IN_BODY, is_authors, take_up_to
from blog.web.speaking import speak_as_before

log = logging.getLogger(__name__)

RETRY_SECONDS = 5

SENTENCES = {
    400: N_("The server did not understand this request."),
    403: N_("Only the author can use this part of the site."),
    404: N_("There is no page at this address."),
    405: N_("This address does not accept this request method."),
    412: N_("The file has changed since it was requested."),
    413: N_("The request is too large."),
    416: N_("The requested range is outside the file."),
}
OTHERWISE = N_("The server cannot process this request.")


def init_app(app: Flask) -> None:
    app.register_error_handler(BlogError, blog_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(SecurityError, foreign_host)
    app.register_error_handler(sa.exc.SQLAlchemyError, database_error)
    app.register_error_handler(OSError, disk_error)
    app.register_error_handler(InternalServerError, failure)


def blog_error(error: BlogError) -> Response:
    if error.status == 404 and (way := mistyped.way_on(request)):
        return way
    return error_page(error.status, error.message, first_page=isinstance(error, CursorInvalid))


def http_error(error: HTTPException) -> Response:
    """Replace werkzeug's error page and keep its headers (Allow)."""
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    if error.code == 404 and (way := mistyped.way_on(request)):
        return way
    response = error_page(error.code, _(SENTENCES.get(error.code, OTHERWISE)))
    for name, value in error.get_response().headers.items():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def foreign_host(_error: SecurityError) -> Response:
    """The request is for a host name that is not this site's."""
    sentence = f"This site is at {current_app.config['BASE_URL']}; the setting BLOG_BASE_URL says so.\n"
    return make_response(sentence, 400, {"Content-Type": "text/plain; charset=utf-8"})


def error_page(status: int, sentence: str, *, first_page: bool = False) -> Response:
    """An error page with links to the posts, the archive and the tags."""
    tags = mistyped.all_tags() if status == 404 else []
    body = render_template(
        "errors/error.html",
        status=status,
        sentence=sentence,
        tags=tags,
        listing=f"{request.script_root}{request.path}" if first_page else None,
    )
    return make_response(body, status, {"Cache-Control": "no-cache"})


def database_error(error: sa.exc.SQLAlchemyError) -> Response:
    """The database is locked, missing, damaged or full: say that it will pass. Anything else is a bug of ours."""
    if not backend.is_outage(error):
        raise error
    log.error("database unavailable error=%r", str(getattr(error, "orig", error)))
    # When all connections are in use, more of them would not help.
    if not isinstance(error, sa.exc.TimeoutError):
        reconnect()
    return unavailable(backend.what_is_wrong(error))


def disk_error(error: OSError) -> Response:
    """The disk is full, read-only or not accessible: answer 503 as for the database. Other errors are bugs."""
    reason = disk.outage(error)
    if reason is None:
        raise error
    log.error("disk unavailable error=%r", str(error))
    return unavailable(reason)


def unavailable(reason: str = "") -> Response:
    """The response while the site is unavailable. It needs no database. Only the author sees the `reason`."""
    speak_as_before()
    sentence = _("The posts are not available right now.")
    if reason and is_authors(request.path):
        sentence = _("Nothing can be saved right now. %(reason)s", reason=_(reason))
    response = failed(503, sentence)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def busy() -> Response:
    """Too many requests are waiting for pages to be rendered."""
    speak_as_before()
    response = failed(503, _("The site is receiving too many requests. Please try again in a moment."))
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def failure(error: InternalServerError) -> Response:
    """A bug, or an outage while an error page was being rendered. Flask has logged the traceback."""
    original = error.original_exception
    if isinstance(original, sa.exc.SQLAlchemyError) and backend.is_outage(original):
        return database_error(original)
    if isinstance(original, OSError) and disk.outage(original):
        return disk_error(original)
    speak_as_before()
    return failed(500, _("Something went wrong on the server."))


def failed(status: int, sentence: str) -> Response:
    """A standalone error page. It contains what the author sent, so that it can be sent again."""
    if wants_json():
        response = jsonify(sentence=sentence)
    else:
        body = render_template("errors/failure.html", status=status, sentence=sentence, held=authors_form())
        response = make_response(body)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def authors_form() -> Held | None:
    """The form that the author sent, if it can be sent again. Passwords are never shown."""
    if request.method != "POST" or not is_authors(request.path) or not is_form() or not is_known():
        return None
    take_up_to(SIGN_IN_BODY // 2)  # it is returned inside another form, where it is larger
    try:
        held = sent()
    except (HTTPException, OSError):  # too large, not a form, or no disk space for its files
        return None
    return None if any("password" in name for name, _ in held.fields) else held
