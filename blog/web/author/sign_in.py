"""Signing in and out, the one-time setup link, the list of sessions, and access control of the author's pages."""

import logging

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie
from flask.typing import ResponseReturnValue

from blog.accounts import account
from blog.errors import BlogError, FieldWrong
from blog.i18n import gettext as _
from blog.i18n import ngettext
from blog.web import converters, device_cookie
from blog.web.author.browsers import browser_name
from blog.web.author.throttling import TooManyTries, count_try, forget_tries
from blog.web.base_path import asked_for
from blog.web.device_cookie import TOKEN
from blog.web.errors import blog_error
from blog.web.pending_form import Held, held_form, is_form, local_path, sent
from blog.web.security import (
    AUTHORS_BODY,
    SAFE_METHODS,
    SIGN_IN_BODY,
    CsrfTokenInvalid,
    check_csrf,
    is_authors,
    refuse_many_fields,
    take_up_to,
)

log = logging.getLogger(__name__)

bp = Blueprint("sign_in", __name__, url_prefix="/author")

OPEN_ENDPOINTS = {"sign_in.sign_in", "sign_in.check", "sign_in.welcome", "sign_in.accept"}
"""Author endpoints that visitors may request."""


def init_app(app: Flask) -> None:
    app.config["PERMANENT_SESSION_LIFETIME"] = account.COOKIE_LASTS
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    app.jinja_env.globals["signed_in"] = signed_in
    app.jinja_env.filters["browser_name"] = browser_name
    app.register_error_handler(CsrfTokenInvalid, unmarked)
    app.before_request(require_author)
    app.before_request(refuse_many_fields)
    app.before_request(check_csrf)
    app.register_blueprint(bp)


def signed_in() -> account.Session | None:
    """The session of this request, read once per request."""
    if "signed_in" not in g:
        g.signed_in = account.session_of(cookie[TOKEN]) if TOKEN in cookie else None
    found: account.Session | None = g.signed_in
    return found


def the_session() -> account.Session:
    """The session of the signed-in author."""
    return signed_in() or abort(403)


def require_author() -> ResponseReturnValue | None:
    """Require the author for all author pages, whatever their views check."""
    if not is_authors(request.path):
        return None
    if request.endpoint in OPEN_ENDPOINTS:
        if device_cookie.is_known():
            take_up_to(SIGN_IN_BODY)
        return None
    if signed_in():
        take_up_to(AUTHORS_BODY)
        return None
    if request.method in SAFE_METHODS:
        return redirect(url_for("sign_in.sign_in", next=asked_for()))
    if request.endpoint == "sign_in.sign_out":
        return redirect(url_for("posts.index"), 303)  # signed out already
    # Scripts keep their text, and a form from an unknown browser is dropped.
    return hold() if is_form() and device_cookie.is_known() else abort(403)


def unmarked(error: CsrfTokenInvalid) -> Response:
    """The author has signed in again elsewhere since the page was opened: show what was sent, with a new token."""
    if not is_form():
        return blog_error(error)
    if request.endpoint == "sign_in.check":
        return ask(held_form(), name=request.form.get("name", ""), error=error)
    if signed_in() is None:
        return blog_error(error)
    return make_response(render_template("sign_in/resume.html", held=sent()), error.status)


def hold() -> Response:
    """Ask for sign-in and embed the form that was sent, so that it can be sent again afterwards.

    The form came from a page of this site (`check_origin` checks that), and nothing is done with it until the
    signed-in author sends it again.
    """
    take_up_to(SIGN_IN_BODY // 2)  # it is returned inside another form, where it is larger
    return ask(sent(), status=403)


def ask(
    held: Held | None = None, *, name: str = "", error: BlogError | None = None, status: int = 200
) -> Response:
    """Render the sign-in page."""
    body = render_template(
        "sign_in/sign_in.html",
        exists=account.exists(),
        held=held,
        name=name,
        next=local_path(request.values.get("next")),
        errors={"password": error.message} if error else {},
    )
    return make_response(body, error.status if error else status)


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Show the form for name and password."""
    return redirect(local_path(request.args.get("next"))) if signed_in() else ask()


@bp.post("/sign-in")
def check() -> ResponseReturnValue:
    """Sign in and return to the requested page, or to the form that was sent."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    address, held, device = request.remote_addr or "", held_form(), device_cookie.trusted()
    try:
        count_try(name=name, address=address, device=device.number if device else "")
        account.check(name=name, password=password)
    except TooManyTries as error:
        log.warning("sign-in throttled address=%s seconds=%d", address, error.seconds)
        answer = ask(held, name=name, error=error)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer
    except account.PasswordWrong as error:
        log.warning("sign-in failed address=%s", address)
        return ask(held, name=name, error=error)
    forget_tries(name=name, address=address, device=device.number if device else "")
    begin()
    if held:
        return render_template("sign_in/resume.html", held=held)
    return redirect(local_path(request.form.get("next")), 303)


def begin() -> None:
    """Start a new session with a new token. Nothing of an earlier cookie is kept, including its CSRF token."""
    address = request.remote_addr or ""
    if earlier := signed_in():
        # Otherwise the previous session would stay in the list although the browser has a new one.
        account.end_session(earlier.id)
    cookie.clear()
    cookie.permanent = True
    cookie[TOKEN] = account.begin_session(address=address, browser=request.user_agent.string)
    g.pop("signed_in", None)
    device_cookie.remember()
    log.info("signed in address=%s", address)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this session, in the cookie and in the database."""
    account.end_session(the_session().id)
    cookie.clear()
    response = make_response(redirect(url_for("posts.index"), 303))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@bp.get("/welcome/<token>")
def welcome(token: str) -> ResponseReturnValue:
    """The page of the one-time link: a form for choosing name and password."""
    if not account.is_invited(token):
        raise account.SetupLinkInvalid
    return render_template("sign_in/welcome.html", name=account.name() or "", errors={}, old=account.exists())


@bp.post("/welcome/<token>")
def accept(token: str) -> ResponseReturnValue:
    """Create the account, or change its name and password, and sign in."""
    if not account.is_invited(token):
        raise account.SetupLinkInvalid
    name, password = request.form.get("name", ""), request.form.get("password", "")
    try:
        if password != request.form.get("again", ""):
            raise FieldWrong("again", _("The passwords do not match."))
        account.accept(token, name=name, password=password)
    except FieldWrong as error:
        page = render_template(
            "sign_in/welcome.html", name=name, errors={error.field: error.message}, old=account.exists()
        )
        return page, error.status
    begin()
    flash(_("Your account is ready."))
    return redirect(url_for("dashboard.index"), 303)


@bp.get("/sessions")
def sessions() -> str:
    """List the active sessions."""
    return render_template("sign_in/sessions.html", sessions=account.sessions(), this=the_session())


@bp.post("/sessions/end")
def end_sessions() -> ResponseReturnValue:
    """End one session (`session`, its id), or all except this one."""
    this = the_session()
    number = request.form.get("session", type=converters.number)
    if "session" in request.form and number not in {each.id for each in account.sessions()}:
        flash(_("That session had already ended."))
        return redirect(url_for("sign_in.sessions"), 303)
    if number == this.id:
        return sign_out()
    if number is not None:
        account.end_session(number)
        flash(_("That session was ended."))
    else:
        gone = account.end_other_sessions(this.id)
        flash(ngettext("One other session was ended.", "%(number)s other sessions were ended.", gone))
    return redirect(url_for("sign_in.sessions"), 303)
