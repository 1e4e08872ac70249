"""What a form keeps by itself while the author types, and what every request of a form says of it."""

import secrets

from flask import Blueprint, Response, jsonify, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from blog.web.author import text_warnings, word_count
from blog.web.security import Unmarked
from blog.web.templating import clock_time
from blog.writing import drafts, post_form
from blog.writing.drafts import Form
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


def keep_typed(post_id: int) -> None:
    """Keep what the form holds whose page has the button that was pressed: without a script it would be gone.

    A page without the form sends none, and what the post is already is not kept twice.
    """
    fields = typed(request.form)
    post = post_form.find(post_id)
    if fields and (
        post is None or post_form.fields_of(post) != post_form.whole(fields, sent_form(), post_id)
    ):
        # Of a post that was deleted for good meanwhile it stays as a text that was never saved.
        drafts.keep(sent_form(), fields, post_id=post_id, base_version=number("base_version"), pressed=True)


def sent_form() -> Form:
    """Which form this request comes from."""
    name = request.form.get("form", "")[:64]
    continues, zone = (request.form.get(field, "")[:64] for field in ("continues", "zone"))
    return Form(name, number("sent"), continues, number("continues_sent"), zone)


def new_form(continues: str = "", sent: int = 0) -> Form:
    """A form that is opened now, maybe with the text of another one."""
    return Form(secrets.token_hex(8), 0, continues, sent)


def number(name: str) -> int:
    return min(max(request.form.get(name, 0, type=int), 0), 2**53)


@bp.errorhandler(Unmarked)
def unmarked(error: Unmarked) -> ResponseReturnValue:
    """The author signed in anew while the form was open: its script asks for another token and sends again."""
    return jsonify(stale=error.message), error.status
