"""Two texts of one post, of which the author keeps one, the other, or what the two give together."""

from blog.store.db import writing
from blog.store.models import Post
from blog.writing import drafts, post_form, revisions
from blog.writing.differences import Together, together
from blog.writing.drafts import Form
from blog.writing.fields import Fields, complete


def set_aside(post_id: int, fields: Fields, *, version: int, form: Form) -> int | None:
    """Keep a text that the author gave up for another one among the post's revisions.

    If the post was deleted for good meanwhile it stays an unsaved text: its id.
    """
    with writing() as session:
        if session.get(Post, post_id) is None:
            return drafts.keep(form, fields, pressed=True).draft_id
        revisions.add(session, post_id, version, fields, "set aside")
        drafts.finish(session, form, post_id=post_id)
        return None


def both(post: Post, mine: Fields, base_version: int) -> Together:
    """What the post and `mine`, which began from `base_version` of it, give together."""
    base = revisions.of_version(post.id, base_version)
    return together(complete(base.fields) if base else None, mine, post_form.fields_of(post))


def join(post_id: int, mine: Fields, *, base_version: int, form: Form, into: Form) -> int | None:
    """Keep what the post and `mine` give together as the unsaved text of the form `into`; that draft's id.

    `mine`, the text of `form`, stays among the revisions. Of a post that was deleted meanwhile it is all there is.
    """
    with writing():
        post = post_form.find(post_id)
        if post is None:
            return drafts.keep(form, mine, pressed=True).draft_id
        whole = post_form.meant_in(post_form.zone(), post_form.whole(mine, form, post_id), form.zone)
        joined = both(post, whole, base_version).fields
        set_aside(post_id, mine, version=base_version, form=form)
        return drafts.keep(into, joined, post_id=post_id, base_version=post.version).draft_id
