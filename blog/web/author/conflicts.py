"""What the author is shown when a post was saved or deleted elsewhere meanwhile."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from blog.errors import Conflict
from blog.i18n import gettext as _
from blog.writing import conflicts, differences, drafts, post_form
from blog.writing.drafts import EditorTab
from blog.writing.fields import LABELS, Fields


def conflict(error: Conflict, mine: Fields, form: EditorTab, base_version: int, action: str) -> str:
    """Both texts, where they differ, and the three ways on. The post is as it was; the text is kept as unsaved."""
    drafts.keep(form, mine, post_id=error.post_id, base_version=base_version, explicit=True)
    post = post_form.opened(error.post_id)
    here = post_form.zone()
    mine = post_form.meant_in(here, post_form.whole(mine, form, post.id), form.zone)
    theirs = post_form.form_data(post)
    both = conflicts.both(post, mine, base_version)
    return render_template(
        "revisions/conflict.html",
        post=post,
        mine=mine,
        theirs=theirs,
        merged=both.fields,
        clashes=both.clashes,
        differences=differences.between(theirs, mine),
        names=LABELS,
        form=form,
        base_version=base_version,
        action=action,
        state=post_form.state(post),
        zone=here.key,
    )


def gone(draft_id: int | None) -> ResponseReturnValue:
    """The post was deleted for good meanwhile: on with the text that is left of it."""
    flash(_("The post was permanently deleted in the meantime. Your text is kept as an unsaved draft."))
    return redirect(
        url_for("post_form.draft", draft_id=draft_id) if draft_id else url_for("post_form.new"), 303
    )
