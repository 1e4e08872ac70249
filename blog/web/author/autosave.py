"""What a form keeps by itself while the author types, and what every request of a form says of it."""

from flask import Blueprint, Response, jsonify, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from blog.web.author import text_warnings, word_count
from blog.web.author.editor_tabs import number, sent_form
from blog.web.security import Unmarked
from blog.web.templating import clock_time
from blog.writing import drafts
from blog.writing.fields import typed

bp = Blueprint("keeping", __name__, url_prefix="/author")


@bp.post("/autosave")
def autosave() -> ResponseReturnValue:
    """Keep what the form holds, without saving it: the post stays as it is."""
    kept = drafts.keep(
        sent_form(),
        typed(request.form),
        post_id=number("post") or None,
        base_version=number("base_version"),
    )
    return jsonify(
        at=clock_time(kept.saved_at, seconds=True),
        version=kept.post_version,
        address=url_for("writing.draft", draft_id=kept.draft_id) if kept.draft_id else None,
        give_up=url_for("desk.put_away", draft_id=kept.draft_id) if kept.draft_id else None,
        **text_warnings.while_typing(request.form.get("body", "")),
        **word_count.while_typing(request.form.get("body", "")),
    )


@bp.get("/autosave")
def standing() -> Response:
    """What the server has of a form, and a token with which it can send more after signing in anew."""
    return make_response(
        jsonify(
            sent=drafts.sent_by(request.args.get("form", "")),
            csrf_token=generate_csrf(),  # type: ignore[no-untyped-call]
        )
    )


@bp.errorhandler(Unmarked)
def unmarked(error: Unmarked) -> ResponseReturnValue:
    """The author signed in anew while the form was open: its script asks for another token and sends again."""
    return jsonify(stale=error.message), error.status
