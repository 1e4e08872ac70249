"""The trash: what is thrown away stays for thirty days."""

from datetime import timedelta

import sqlalchemy as sa

from blog import clock, drafts, editing
from blog.db import db, writing
from blog.drafts import Form
from blog.errors import BlogError
from blog.models import Post

KEPT = timedelta(days=30)


def discard(draft_id: int) -> int | None:
    """Move a text that was never saved to the trash, as a post; its id, or None if there was nothing in it."""
    with writing() as session:
        draft = drafts.one(draft_id)
        title, body = draft.fields.get("title", ""), draft.fields.get("body", "")
        post_id = None
        if title.strip() or body.strip():
            try:
                post_id = editing.create(editing.Text(body, title))
            except BlogError:  # marks without a word: no title can be made of them
                post_id = editing.create(editing.Text(body, "Untitled"))
            editing.trash(post_id)
        drafts.close(session, Form(draft.form, draft.sent), post_id=post_id)
        return post_id


def empty() -> int:
    """Delete for good what has been in the trash for thirty days, and forget closed drafts; how many posts."""
    statement = sa.select(Post.id).where(Post.trashed_at < clock.now() - KEPT)
    late = db.session.scalars(statement).all()
    drafts.forget_closed()
    return editing.delete(late) if late else 0
