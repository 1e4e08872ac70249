"""Resolve an editing conflict: keep one of two texts of a post, or merge them."""

from blog.store.db import writing
from blog.store.models import Post
from blog.writing import drafts, post_form, revisions
from blog.writing.differences import Together, together
from blog.writing.drafts import EditorTab
from blog.writing.fields import Fields, complete


def set_aside(post_id: int, fields: Fields, *, version: int, form: EditorTab) -> int | None:
    """Keep a discarded text as a revision of the post.

    If the post was permanently deleted in the meantime, the text stays an unsaved draft; returns the draft's id.
    """
    with writing() as session:
        if session.get(Post, post_id) is None:
            return drafts.keep(form, fields, explicit=True).draft_id
        revisions.add(session, post_id, version, fields, "set aside")
        drafts.finish(session, form, post_id=post_id)
        return None


def both(post: Post, mine: Fields, base_version: int) -> Together:
    """Merge the current post with `mine`, which was edited from version `base_version`."""
    base = revisions.of_version(post.id, base_version)
    return together(complete(base.fields) if base else None, mine, post_form.form_data(post))


def join(post_id: int, mine: Fields, *, base_version: int, form: EditorTab, into: EditorTab) -> int | None:
    """Merge the current post with `mine` and store the result as the unsaved draft of tab `into`. Returns the draft's
    id.

    `mine`, the text of `form`, is kept as a revision. If the post was deleted in the meantime, the result is `mine`.
    """
    with writing():
        post = post_form.find(post_id)
        if post is None:
            return drafts.keep(form, mine, explicit=True).draft_id
        whole = post_form.meant_in(post_form.zone(), post_form.whole(mine, form, post_id), form.zone)
        joined = both(post, whole, base_version).fields
        set_aside(post_id, mine, version=base_version, form=form)
        return drafts.keep(into, joined, post_id=post_id, base_version=post.version).draft_id
