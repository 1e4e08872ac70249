"""Pages for what goes wrong: a sentence, the right status, and a way on."""

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
    return page(error.status, error.message, first_page=isinstance(error, CursorInvalid))


def http_error(error: HTTPException) -> Response:
    """A page in the place of werkzeug's; the headers it needs (Allow) are kept."""
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    if error.code == 404 and (way := mistyped.way_on(request)):
        return way
    response = page(error.code, _(SENTENCES.get(error.code, OTHERWISE)))
    for name, value in error.get_response().headers.items():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def foreign_host(_error: SecurityError) -> Response:
    """Someone called the site by a name that is not its own."""
    sentence = f"This site is at {current_app.config['BASE_URL']}; the setting BLOG_BASE_URL says so.\n"
    return make_response(sentence, 400, {"Content-Type": "text/plain; charset=utf-8"})


def page(status: int, sentence: str, *, first_page: bool = False) -> Response:
    """A page that says what is wrong and offers the way on: the listing, the tags there are, the archive."""
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
    # When every connection is in use, more of them would not help.
    if not isinstance(error, sa.exc.TimeoutError):
        reconnect()
    return unavailable(backend.what_is_wrong(error))


def disk_error(error: OSError) -> Response:
    """The disk is full, read-only or closed to us: an outage like those of the database. Anything else is a bug."""
    reason = disk.outage(error)
    if reason is None:
        raise error
    log.error("disk unavailable error=%r", str(error))
    return unavailable(reason)


def unavailable(reason: str = "") -> Response:
    """The answer to an outage, which needs nothing of the database; only the author is told the `reason`."""
    speak_as_before()
    sentence = _("The posts are not available right now.")
    if reason and is_authors(request.path):
        sentence = _("Nothing can be saved right now. %(reason)s", reason=_(reason))
    response = failed(503, sentence)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def busy() -> Response:
    """Too many ask at once for pages that have to be made."""
    speak_as_before()
    response = failed(503, _("The site is receiving too many requests. Please try again in a moment."))
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def failure(error: InternalServerError) -> Response:
    """A bug, or the database going away while an error page was being made; Flask has logged the traceback."""
    original = error.original_exception
    if isinstance(original, sa.exc.SQLAlchemyError) and backend.is_outage(original):
        return database_error(original)
    if isinstance(original, OSError) and disk.outage(original):
        return disk_error(original)
    speak_as_before()
    return failed(500, _("Something went wrong on the server."))


def failed(status: int, sentence: str) -> Response:
    """A page that stands by itself; what the author sent is in it, to be sent again."""
    if wants_json():
        response = jsonify(sentence=sentence)
    else:
        body = render_template("errors/failure.html", status=status, sentence=sentence, held=authors_form())
        response = make_response(body)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def authors_form() -> Held | None:
    """The form that the author sent with this request, if it can be sent again: a password is not shown to anyone."""
    if request.method != "POST" or not is_authors(request.path) or not is_form() or not is_known():
        return None
    take_up_to(SIGN_IN_BODY // 2)  # it comes back inside another form, where it is larger
    try:
        held = sent()
    except (HTTPException, OSError):  # too long, or no form at all; or no room for what came with it
        return None
    return None if any("password" in name for name, _ in held.fields) else held
