"""Revisions of a post, and the page that resolves an editing conflict."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blog.errors import Conflict, FieldsWrong
from blog.i18n import N_
from blog.i18n import gettext as _
from blog.web import converters
from blog.web.author.conflicts import gone
from blog.web.author.editor_tabs import new_form, number, sent_form
from blog.writing import conflicts, differences, post_form, restoring, revisions
from blog.writing.fields import LABELS, complete, typed

bp = Blueprint("revisions", __name__, url_prefix="/author/posts/<int:post_id>")

REASONS = {
    "found": N_("Before the first change"),
    "saved": N_("Saved"),
    "published": N_("Published"),
    "scheduled": N_("Scheduled"),
    "withdrawn": N_("Changed to draft"),
    "restored": N_("Restored"),
    "set aside": N_("Discarded in favour of another text"),
}


# --- revisions


@bp.get("/revisions")
def index(post_id: int) -> str:
    """List the revisions of a post."""
    return render_template(
        "revisions/revisions.html",
        post=post_form.opened(post_id),
        revisions=revisions.of_post(post_id),
        reasons=REASONS,
    )


@bp.get("/revisions/<int:revision_id>")
def show(post_id: int, revision_id: int) -> str:
    """Show a revision and compare it with the current post, or with another revision (`?with=`)."""
    post = post_form.opened(post_id)
    shown = revisions.get(post_id, revision_id)
    # 0 is the current post. Any other number that is not a revision is a 404.
    other_id = request.args.get("with", -1, type=converters.number) if "with" in request.args else 0
    other = revisions.get(post_id, other_id) if other_id else None
    now = other.fields if other else post_form.form_data(post)
    return render_template(
        "revisions/revision.html",
        post=post,
        revision=shown,
        other=other,
        revisions=revisions.of_post(post_id),
        reasons=REASONS,
        differences=differences.between(complete(shown.fields, now), complete(now)),
        names=LABELS,
    )


@bp.post("/revisions/<int:revision_id>/restore")
def restore(post_id: int, revision_id: int) -> ResponseReturnValue:
    """Restore a revision."""
    try:
        saved = restoring.restore(post_id, revision_id, base_version=number("base_version"))
        for sentence in (
            _("Restored.") if saved.changed else _("The post already matches this revision."),
            *saved.notices,
        ):
            flash(sentence)
    except (Conflict, FieldsWrong) as error:
        flash(_("Not restored: %(reason)s", reason=error.message))
    # The saved post, even if it has an unsaved draft; the form links to that draft.
    return redirect(url_for("post_form.form", post_id=post_id, saved=""), 303)


# --- conflicts


@bp.post("/keep-theirs")
def keep_theirs(post_id: int) -> ResponseReturnValue:
    """Keep the text that was saved elsewhere. The author's text is kept as a revision."""
    left = conflicts.set_aside(post_id, typed(request.form), version=number("base_version"), form=sent_form())
    if left is not None:
        return gone(left)
    flash(_("The post keeps the text that was saved elsewhere. Your text is kept as a revision."))
    return redirect(url_for("post_form.form", post_id=post_id), 303)


@bp.post("/join")
def join(post_id: int) -> ResponseReturnValue:
    """Continue in the form with the merged text as an unsaved draft."""
    draft_id = conflicts.join(
        post_id, typed(request.form), base_version=number("base_version"), form=sent_form(), into=new_form()
    )
    if post_form.find(post_id) is None:
        return gone(draft_id)
    flash(_("Both texts are merged here for editing. Your own text is also kept as a revision."))
    return redirect(url_for("post_form.draft", draft_id=draft_id), 303)
