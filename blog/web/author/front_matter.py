"""The button that moves front matter from the text into the form's fields."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from blog.i18n import gettext as _
from blog.i18n import listed
from blog.web.author.editor_tabs import number, sent_form
from blog.writing import drafts, front_matter, post_form
from blog.writing.fields import LABELS, typed

bp = Blueprint("front_matter", __name__, url_prefix="/author")


@bp.post("/front-matter")
def take() -> ResponseReturnValue:
    """Move the front matter into fields and show the form again. Nothing is saved."""
    form, post_id = sent_form(), number("post") or None
    fields = post_form.whole(typed(request.form), form, post_id)
    taken = front_matter.take(fields, post_form.zone_named(form.zone))
    kept = drafts.keep(
        form, taken.fields, post_id=post_id, base_version=number("base_version"), explicit=True
    )
    if taken.filled:
        names = listed([_(LABELS[name]) for name in taken.filled])
        flash(_("Filled in from the front matter: %(names)s.", names=names))
    if taken.left:
        keys = listed(taken.left)
        flash(_("These keys stay in the text because no empty field matches them: %(keys)s.", keys=keys))
    if kept.draft_id is None:
        return redirect(
            url_for("post_form.form", post_id=post_id) if post_id else url_for("post_form.new"), 303
        )
    return redirect(url_for("post_form.draft", draft_id=kept.draft_id), 303)
