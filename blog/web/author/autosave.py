"""Autosave the post form, and report what the server has of a form."""

from flask import Blueprint, Response, jsonify, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from blog.web.author import text_warnings, word_count
from blog.web.author.editor_tabs import number, sent_form
from blog.web.security import CsrfTokenInvalid
from blog.web.templating import clock_time
from blog.writing import drafts
from blog.writing.fields import typed

bp = Blueprint("autosave", __name__, url_prefix="/author")


@bp.post("/autosave")
def autosave() -> ResponseReturnValue:
    """Store the form as an unsaved draft. The post does not change."""
    kept = drafts.keep(
        sent_form(),
        typed(request.form),
        post_id=number("post") or None,
        base_version=number("base_version"),
    )
    return jsonify(
        at=clock_time(kept.saved_at, seconds=True),
        version=kept.post_version,
        address=url_for("post_form.draft", draft_id=kept.draft_id) if kept.draft_id else None,
        give_up=url_for("dashboard.put_away", draft_id=kept.draft_id) if kept.draft_id else None,
        **text_warnings.while_typing(request.form.get("body", "")),
        **word_count.while_typing(request.form.get("body", "")),
    )


@bp.get("/autosave")
def status() -> Response:
    """What the server has of a form, and a new CSRF token, for sending more after signing in again."""
    return make_response(
        jsonify(
            sent=drafts.sequence_of(request.args.get("form", "")),
            csrf_token=generate_csrf(),  # type: ignore[no-untyped-call]
        )
    )


@bp.errorhandler(CsrfTokenInvalid)
def unmarked(error: CsrfTokenInvalid) -> ResponseReturnValue:
    """The author has signed in again since the form was opened: its script requests a new token and sends again."""
    return jsonify(stale=error.message), error.status
