"""The trash: posts are permanently deleted after thirty days."""

from datetime import timedelta

import sqlalchemy as sa

from blog import clock
from blog.errors import BlogError
from blog.i18n import gettext as _
from blog.store.db import db, writing
from blog.store.models import Draft, Post
from blog.writing import drafts, editing, post_form
from blog.writing.drafts import EditorTab
from blog.writing.fields import Fields

KEPT = timedelta(days=30)


def discard(draft_id: int) -> int | None:
    """Move an unsaved draft to the trash as a post. Returns the post's id, or None if the draft was empty."""
    with writing() as session:
        draft = drafts.get(draft_id)
        fields = post_form.form_data_of_draft(draft, post_form.zone())
        if not any(text.strip() for text in fields.values()):
            drafts.close(session, EditorTab(draft.form, draft.sequence))
            return None
        try:
            post_id = editing.create(editing.Text(fields["body"], fields["title"]))
        except BlogError:  # punctuation without a word: no title can be derived
            post_id = editing.create(editing.Text(fields["body"], _("Untitled")))
        editing.trash(post_id)
        post = post_form.opened(post_id)
        if post_form.form_data(post) == fields:
            drafts.close(session, EditorTab(draft.form, draft.sequence), post_id=post_id)
        else:  # fields that the post has no column for stay in its unsaved draft
            draft.post_id, draft.base_version = post_id, post.version
        return post_id


def throw_away(post_id: int, fields: Fields, *, base_version: int, form: EditorTab) -> int | None:
    """Move a post to the trash and keep the text of its form as an unsaved draft. Returns the id of the post in the
    trash.

    If the post was permanently deleted in the meantime, the text is moved to the trash as a new post, unless it is
    empty.
    """
    with writing():
        post = post_form.find(post_id)
        if post is None:
            kept = drafts.keep(form, fields, explicit=True)
            return discard(kept.draft_id) if kept.draft_id else None
        if post_form.form_data(post) != post_form.whole(fields, form, post_id):
            drafts.keep(form, fields, post_id=post_id, base_version=base_version, explicit=True)
        editing.trash(post_id)
        return post_id


def empty() -> int:
    """Permanently delete posts that were in the trash for thirty days, and delete closed drafts. Returns the number of
    posts.

    The thirty days start again when a post in the trash is edited.
    """
    drafts.forget_closed()
    day = clock.now() - KEPT
    written_on = sa.select(Draft.post_id).where(
        Draft.post_id.is_not(None), Draft.closed_at.is_(None), Draft.saved_at >= day
    )
    late = sa.select(Post.id).where(Post.trashed_at < day, Post.updated_at < day, Post.id.not_in(written_on))
    if not db.session.scalar(late.limit(1)):
        return 0
    with writing() as session:  # checked again, because a post may have been restored in the meantime
        return editing.delete(session.scalars(late).all())
