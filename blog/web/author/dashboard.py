"""The dashboard: posts, unsaved drafts and the trash."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blog.i18n import gettext as _
from blog.store.cursors import Cursor
from blog.text import graphemes
from blog.web import converters
from blog.web.author.editor_tabs import keep_typed, number, sent_form
from blog.writing import backfill, dashboard, drafts, editing, trash
from blog.writing.fields import typed

bp = Blueprint("dashboard", __name__, url_prefix="/author")


@bp.get("/")
def index() -> str:
    """Posts in a state, or in all states except trash, most recently changed first."""
    state = request.args.get("state", "")
    q = graphemes.beginning(request.args.get("q", "").strip(), 200)
    after = Cursor.parse(request.args["after"]) if request.args.get("after") else None
    state = state if state in dashboard.STATES else ""
    return render_template(
        "dashboard/index.html",
        page=dashboard.page(state=state, q=q, after=after),
        counts=dashboard.counts(),
        rendering=backfill.progress(),
        state=state,
        q=q,
        after=after,
        thrown=request.args.get("thrown", 0, type=converters.number),
    )


@bp.post("/posts/<int:post_id>/trash")
def throw_away(post_id: int) -> ResponseReturnValue:
    """Move a post to the trash."""
    editing.trash(post_id)
    trash.empty()
    return redirect(url_for(".index", thrown=post_id), 303)


@bp.post("/posts/<int:post_id>/restore")
def bring_back(post_id: int) -> ResponseReturnValue:
    """Restore a post from the trash."""
    keep_typed(post_id)
    as_it_was = editing.restore(post_id)
    flash(
        _("Restored from the trash.")
        if as_it_was
        else _("Restored as a draft: its scheduled time passed while it was in the trash.")
    )
    return redirect(url_for("post_form.form", post_id=post_id), 303)


@bp.post("/drafts/<int:draft_id>/put-away")
def put_away(draft_id: int) -> ResponseReturnValue:
    """Discard an unsaved draft. That of a post is kept as a revision, one without a post is moved to the trash."""
    if fields := typed(request.form):  # the form is sent along, because it may have changed since
        base = number("base_version")
        kept = drafts.keep(
            sent_form(), fields, post_id=number("post") or None, base_version=base, explicit=True
        )
        draft_id = kept.draft_id or draft_id
    post_id = drafts.get(draft_id).post_id
    if post_id is not None:
        drafts.put_away(draft_id)
        flash(_("This is the saved text. Your unsaved changes are kept as a revision."))
        return redirect(url_for("post_form.form", post_id=post_id), 303)
    return redirect(url_for(".index", thrown=trash.discard(draft_id)), 303)
